import type { ZoneId } from '../../domain/time/index.ts';

/** A company of the sample. All are invented and say so in their names. */
export interface SampleCompany {
  readonly name: string;
  readonly slug: string;
  readonly contact: string;
  readonly second: string;
  readonly zone: ZoneId;
  readonly currency: 'CNY' | 'USD' | 'EUR';
  readonly locale: 'zh-CN' | 'en';
}

const chinese = (name: string, slug: string, contact: string, second: string): SampleCompany => ({
  name: `${name}（示例）`,
  slug,
  contact,
  second,
  zone: 'Asia/Shanghai' as ZoneId,
  currency: 'CNY',
  locale: 'zh-CN',
});

const foreign = (
  name: string,
  slug: string,
  contact: string,
  second: string,
  zone: string,
  currency: 'USD' | 'EUR',
): SampleCompany => ({ name, slug, contact, second, zone: zone as ZoneId, currency, locale: 'en' });

export const SAMPLE_COMPANIES: readonly SampleCompany[] = [
  chinese('云杉科技', 'yunshan', '张晨', '许静'),
  foreign('Example Harbor Ltd', 'harbor', 'Nora Sample', 'Tom Sample', 'Europe/London', 'EUR'),
  chinese('青禾软件', 'qinghe', '刘洋', '何雨'),
  foreign('Sample Orchard GmbH', 'orchard', 'Jonas Muster', 'Lena Muster', 'Europe/Berlin', 'EUR'),
  chinese('远帆物流', 'yuanfan', '陈涛', '郭敏'),
  foreign('Example Lantern Inc.', 'lantern', 'Grace Sample', 'Owen Sample', 'America/New_York', 'USD'),
  chinese('星桥数据', 'xingqiao', '杨帆', '罗琳'),
  foreign('Demo Meadow BV', 'meadow', 'Sanne Voorbeeld', 'Daan Voorbeeld', 'Europe/Amsterdam', 'EUR'),
  chinese('山海医疗', 'shanhai', '黄蕾', '宋佳'),
  foreign('Sample Compass LLC', 'compass', 'Ruth Sample', 'Carl Sample', 'America/Los_Angeles', 'USD'),
  chinese('晴川教育', 'qingchuan', '吴昊', '唐悦'),
  foreign('Example Quarry Ltd.', 'quarry', 'Mei Sample', 'Arun Sample', 'Pacific/Auckland', 'USD'),
  chinese('白鹭制造', 'bailu', '徐强', '冯倩'),
  foreign('Demo Lighthouse AG', 'lighthouse', 'Petra Muster', 'Urs Muster', 'Europe/Zurich', 'EUR'),
  chinese('橙湾零售', 'chengwan', '孙悦', '韩梅'),
  foreign('Example Willow SARL', 'willow', 'Claire Exemple', 'Hugo Exemple', 'Europe/Paris', 'EUR'),
  chinese('北岸能源', 'beian', '马骏', '曹颖'),
  foreign('Sample Ridge Corp.', 'ridge', 'Dana Sample', 'Ivan Sample', 'America/New_York', 'USD'),
  chinese('松果云服务', 'songguo', '胡杨', '邓洁'),
  chinese('拾光文化', 'shiguang', '林岚', '彭飞'),
  chinese('浅滩食品', 'qiantan', '高远', '蒋萍'),
  chinese('竹里设计', 'zhuli', '郑爽', '袁圆'),
  chinese('长亭保险经纪', 'changting', '谢宁', '董洁'),
  chinese('雨巷传媒', 'yuxiang', '曾凡', '吕欣'),
];

export const SAMPLE_PRODUCTS: Readonly<Record<'zh-CN' | 'en', readonly string[]>> = {
  'zh-CN': ['数据平台年度订阅', '客户服务系统', '协同办公套件', '安全审计服务', '运维支持服务'],
  en: ['Data platform, yearly', 'Service desk', 'Collaboration suite', 'Security audit', 'Premium support'],
};
