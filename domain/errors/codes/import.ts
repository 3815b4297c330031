import type { ErrorEntries } from '../entry.ts';

/** Reading tables from CSV and Excel files. */
export const importCodes = {
  'import.empty': {
    class: 'invalid',
    what: { en: 'The file {name} is empty', 'zh-CN': '文件 {name} 是空的' },
    fix: {
      en: 'Choose a file with a header row and at least one row below it',
      'zh-CN': '请选择有表头且至少有一行数据的文件',
    },
  },
  'import.no_rows': {
    class: 'invalid',
    what: { en: 'The file {name} has a header but no rows', 'zh-CN': '文件 {name} 只有表头，没有数据行' },
    fix: { en: 'Nothing was imported; add rows below the header', 'zh-CN': '未导入任何内容；请在表头下方填写数据' },
  },
  'import.limit': {
    class: 'invalid',
    what: { en: 'Too much for one import: {what} is {got}', 'zh-CN': '超出单次导入上限：{what} 为 {got}' },
    fix: { en: 'At most {max} is accepted; split the file', 'zh-CN': '上限为 {max}；请把文件拆分后分次导入' },
  },
  'import.no_right': {
    class: 'refused',
    what: { en: 'Whoever began the import may not import any more', 'zh-CN': '发起人已没有导入权限' },
    fix: {
      en: 'Have somebody with the right to import send the file',
      'zh-CN': '请由有导入权限的同事重新上传文件',
    },
  },
  'import.not_ready': {
    class: 'conflict',
    what: {
      en: 'There is no result of the import {id}: it is {state}',
      'zh-CN': '导入 {id} 没有结果，当前状态：{state}',
    },
    fix: { en: 'Wait until it is done, or send the file again', 'zh-CN': '请等待完成，或重新上传文件' },
  },
  'import.file_gone': {
    class: 'missing',
    what: { en: 'The files of the import are not kept any more', 'zh-CN': '该导入任务的文件已清理' },
    fix: {
      en: 'Send the file again: what is stored already stays the same',
      'zh-CN': '请重新上传文件，已导入的内容不受影响',
    },
  },
  'import.no_errors': {
    class: 'missing',
    what: { en: 'No row of the import was wrong', 'zh-CN': '该导入任务没有错误行' },
    fix: { en: 'There is nothing to mend', 'zh-CN': '无需处理' },
  },
  'import.file': {
    class: 'missing',
    what: { en: 'The file {name} cannot be read: {reason}', 'zh-CN': '无法读取文件 {name}：{reason}' },
    fix: { en: 'Check the path and the right to read it', 'zh-CN': '请检查文件路径和读取权限' },
  },
  'import.kind': {
    class: 'invalid',
    what: {
      en: 'The header names neither a contract table nor a team table',
      'zh-CN': '从表头看不出这是合同表还是团队表',
    },
    fix: {
      en: 'A contract table needs contract number, client, end date and amount; a team table needs name, e-mail and roles. Found: {found}',
      'zh-CN':
        '合同表至少要有合同编号、客户名称、合同到期日和合同金额；团队表至少要有姓名、邮箱和角色。当前表头：{found}',
    },
  },
  'file.type': {
    class: 'invalid',
    what: { en: '{name} is {got}, not a CSV or .xlsx file', 'zh-CN': '{name} 是 {got}，不是 CSV 或 .xlsx 文件' },
    fix: {
      en: 'Open it in a spreadsheet program and save it as .xlsx or CSV',
      'zh-CN': '请用表格软件打开，另存为 .xlsx 或 CSV 后再导入',
    },
  },
  'csv.encoding': {
    class: 'invalid',
    what: {
      en: 'Byte {byte} (at position {offset}) is not valid {encoding}',
      'zh-CN': '位置 {offset} 的字节 {byte} 不是有效的 {encoding} 编码',
    },
    fix: { en: 'Save the file as "CSV UTF-8" and import it again', 'zh-CN': '请将文件另存为“CSV UTF-8”后重新导入' },
  },
  'csv.quote': {
    class: 'invalid',
    what: { en: 'A quotation mark opened here is never closed', 'zh-CN': '此处开始的双引号没有结束' },
    fix: {
      en: 'Close the quotation mark, or write "" for a quotation mark inside a cell',
      'zh-CN': '请补上结尾的双引号；单元格内的双引号要写成 ""',
    },
  },
  'csv.columns': {
    class: 'invalid',
    what: {
      en: 'The row has {got} cells where the header has {want}',
      'zh-CN': '该行有 {got} 个单元格，而表头有 {want} 列',
    },
    fix: {
      en: 'Add or remove cells; put a cell that holds the delimiter in quotation marks',
      'zh-CN': '请补齐或删除多余的单元格；单元格内容含分隔符时要用双引号括起来',
    },
  },
  'csv.delimiter': {
    class: 'invalid',
    what: {
      en: 'The header "{value}" is not divided by comma, semicolon or tab',
      'zh-CN': '表头“{value}”没有用逗号、分号或制表符分隔',
    },
    fix: {
      en: 'Save the file as CSV with one of these (plain ASCII characters)',
      'zh-CN': '请用半角逗号、半角分号或制表符作分隔符，重新保存为 CSV',
    },
  },
  'csv.header_missing': {
    class: 'invalid',
    what: { en: 'The column {field} is missing', 'zh-CN': '缺少 {field} 列' },
    fix: {
      en: 'Add a column with the header "{header}", or say which column it is',
      'zh-CN': '请添加表头为“{header}”的列，或指定哪一列是它',
    },
  },
  'csv.header_duplicate': {
    class: 'invalid',
    what: {
      en: 'Two columns are read as {field}: columns {first} and {second}',
      'zh-CN': '有两列都被识别为 {field}：第 {first} 列和第 {second} 列',
    },
    fix: { en: 'Remove or rename one of the two columns', 'zh-CN': '请删除其中一列或修改其表头' },
  },
  'csv.header_unknown': {
    class: 'invalid',
    what: { en: 'There is no column with the header "{value}"', 'zh-CN': '文件中没有表头为“{value}”的列' },
    fix: { en: 'The headers are: {found}', 'zh-CN': '文件中的表头有：{found}' },
  },
  'xlsx.corrupt': {
    class: 'invalid',
    what: { en: 'The workbook is damaged: {reason}', 'zh-CN': '工作簿已损坏：{reason}' },
    fix: {
      en: 'Open it in a spreadsheet program and save it again as .xlsx',
      'zh-CN': '请用表格软件打开并重新另存为 .xlsx',
    },
  },
  'xlsx.encrypted': {
    class: 'invalid',
    what: { en: 'The workbook is protected by a password', 'zh-CN': '工作簿设置了打开密码' },
    fix: { en: 'Remove the password and import it again', 'zh-CN': '请取消密码后重新导入' },
  },
  'xlsx.unpacked_size': {
    class: 'invalid',
    what: { en: 'The workbook unpacks to {got} MB', 'zh-CN': '工作簿解压后有 {got} MB' },
    fix: {
      en: 'At most {max} MB is accepted; save only the table as .xlsx or CSV',
      'zh-CN': '上限为 {max} MB；请只把需要的表另存为 .xlsx 或 CSV',
    },
  },
  'xlsx.entries': {
    class: 'invalid',
    what: { en: 'The workbook is made of {got} parts', 'zh-CN': '工作簿内含 {got} 个部件' },
    fix: {
      en: 'At most {max} are accepted; save only the table as .xlsx or CSV',
      'zh-CN': '上限为 {max} 个；请只把需要的表另存为 .xlsx 或 CSV',
    },
  },
  'xlsx.path': {
    class: 'invalid',
    what: {
      en: 'The workbook has a part with the forbidden name "{value}"',
      'zh-CN': '工作簿中有名称不允许的部件“{value}”',
    },
    fix: {
      en: 'Do not trust this file; ask its sender for a fresh export',
      'zh-CN': '该文件不可信，请向发送人索取重新导出的文件',
    },
  },
  'xlsx.xml_entity': {
    class: 'invalid',
    what: {
      en: 'The part {value} of the workbook declares XML entities',
      'zh-CN': '工作簿的部件 {value} 声明了 XML 实体',
    },
    fix: {
      en: 'Spreadsheet programs never write these: do not trust this file, ask for a fresh export',
      'zh-CN': '正常的表格软件不会生成这种内容，该文件不可信，请索取重新导出的文件',
    },
  },
  'xlsx.sheet': {
    class: 'missing',
    what: { en: 'The workbook has no sheet "{value}"', 'zh-CN': '工作簿中没有工作表“{value}”' },
    fix: { en: 'Its sheets are: {found}', 'zh-CN': '现有工作表：{found}' },
  },
  'xlsx.formula': {
    class: 'invalid',
    what: {
      en: 'The cell is a formula; its last result "{value}" is used',
      'zh-CN': '该单元格是公式，采用其最近一次计算结果“{value}”',
    },
    fix: {
      en: 'Check the value, or paste values instead of formulas before importing',
      'zh-CN': '请核对该值，或在导入前用“选择性粘贴-数值”去掉公式',
    },
  },
  'xlsx.cell_error': {
    class: 'invalid',
    what: { en: 'The cell shows the error {value}', 'zh-CN': '单元格显示错误 {value}' },
    fix: { en: 'Mend the formula or type the value', 'zh-CN': '请修正公式或直接填写数值' },
  },
} as const satisfies ErrorEntries;
