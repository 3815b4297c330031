import test from 'ava';
import { PerennialError } from '../../../domain/errors/index.ts';
import { isPublicAddress } from '../../../operations/outside/addresses.ts';
import { NOTHING_ALLOWED } from '../../../operations/outside/allowance.ts';
import { checkOutsideUrl, readOutsideUrl } from '../../../operations/outside/guard.ts';
import type { Refusal } from '../../../operations/outside/guard.ts';
import { allowing } from './outside-world.ts';

const refused = test.macro({
  exec(t, url: string, refusal: Refusal) {
    t.is(readOutsideUrl(url, NOTHING_ALLOWED), refusal);
  },
  title: (_given, url, refusal) => `${JSON.stringify(url)} is refused: ${refusal}`,
});

// This machine, however it is written.
test(refused, 'https://127.0.0.1/', 'address');
test(refused, 'https://127.255.255.254/', 'address');
test(refused, 'https://127.1/', 'address');
test(refused, 'https://127.0.1/', 'address');
test(refused, 'https://2130706433/', 'address');
test(refused, 'https://0x7f000001/', 'address');
test(refused, 'https://0x7f.1/', 'address');
test(refused, 'https://0x7f.0x0.0x0.0x1/', 'address');
test(refused, 'https://017700000001/', 'address');
test(refused, 'https://0177.0.0.01/', 'address');
test(refused, 'https://127.0.0.1./', 'address');
test(refused, 'https://127%2e0%2e0%2e1/', 'address');
test(refused, 'https://１２７.０.０.１/', 'address');
test(refused, 'https://127。0。0。1/', 'address');
test(refused, 'https://0/', 'address');
test(refused, 'https://0.0.0.0/', 'address');
test(refused, 'https://[::1]/', 'address');
test(refused, 'https://[::]/', 'address');
test(refused, 'https://[0:0:0:0:0:0:0:1]/', 'address');
test(refused, 'https://[::ffff:127.0.0.1]/', 'address');
test(refused, 'https://[::ffff:7f00:1]/', 'address');
test(refused, 'https://[0:0:0:0:0:ffff:7f00:0001]/', 'address');
test(refused, 'https://[::127.0.0.1]/', 'address');
// Networks of one's own.
test(refused, 'https://10.0.0.1/', 'address');
test(refused, 'https://167772161/', 'address');
test(refused, 'https://172.16.0.1/', 'address');
test(refused, 'https://172.31.255.255/', 'address');
test(refused, 'https://192.168.1.1/', 'address');
test(refused, 'https://100.64.0.1/', 'address');
test(refused, 'https://198.18.0.1/', 'address');
test(refused, 'https://[fc00::1]/', 'address');
test(refused, 'https://[fd12:3456:789a::1]/', 'address');
test(refused, 'https://[fe80::1]/', 'address');
test(refused, 'https://[fe80::1%25eth0]/', 'form');
test(refused, 'https://[fec0::1]/', 'address');
// IPv4 within IPv6: 6to4, NAT64 of every kind, Teredo.
test(refused, 'https://[2002:7f00:1::]/', 'address');
test(refused, 'https://[2002:c0a8:101::1]/', 'address');
test(refused, 'https://[64:ff9b::127.0.0.1]/', 'address');
test(refused, 'https://[64:ff9b::a00:1]/', 'address');
test(refused, 'https://[64:ff9b:1::7f00:1]/', 'address');
test(refused, 'https://[2001:0:7f00:1::]/', 'address');
test(refused, 'https://[::ffff:0:7f00:1]/', 'address');
// Where clouds tell machines their secrets.
test(refused, 'https://169.254.169.254/latest/meta-data/', 'address');
test(refused, 'https://[::ffff:169.254.169.254]/', 'address');
test(refused, 'https://[fd00:ec2::254]/', 'address');
test(refused, 'https://100.100.100.200/', 'address');
test(refused, 'https://192.0.0.192/', 'address');
test(refused, 'https://168.63.129.16/', 'address');
test(refused, 'https://metadata.google.internal/', 'name');
test(refused, 'https://metadata/', 'name');
// What nobody is behind.
test(refused, 'https://192.0.2.1/', 'address');
test(refused, 'https://224.0.0.1/', 'address');
test(refused, 'https://255.255.255.255/', 'address');
test(refused, 'https://[ff02::1]/', 'address');
test(refused, 'https://[2001:db8::1]/', 'address');
// Names of inner networks.
test(refused, 'https://localhost/', 'name');
test(refused, 'https://LOCALHOST./', 'name');
test(refused, 'https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/', 'name');
test(refused, 'https://app.localhost/', 'name');
test(refused, 'https://printer.local/', 'name');
test(refused, 'https://mongo/', 'name');
test(refused, 'https://temporal.svc.cluster.local/', 'name');
test(refused, 'https://nas.home.arpa/', 'name');
test(refused, 'https://a..example.com/', 'name');
// What is hidden in an address, other ports, other schemes.
test(refused, 'https://a@127.0.0.1/', 'credentials');
test(refused, 'https://hooks.example.com@127.0.0.1/', 'credentials');
test(refused, 'https://user:word@hooks.example.com/', 'credentials');
test(refused, 'https://@hooks.example.com/', 'credentials');
test(refused, 'https://hooks.example.com:25/', 'port');
test(refused, 'https://hooks.example.com:27017/', 'port');
test(refused, 'https://hooks.example.com:7233/', 'port');
test(refused, 'http://hooks.example.com/', 'scheme');
test(refused, 'file:///etc/passwd', 'scheme');
test(refused, 'gopher://hooks.example.com/', 'scheme');
test(refused, 'ftp://hooks.example.com/', 'scheme');
test(refused, 'data:text/plain,x', 'scheme');
test(refused, 'javascript:alert(1)', 'scheme');
test(refused, 'https:hooks.example.com', 'form');
test(refused, String.raw`https:/\hooks.example.com`, 'form');
test(refused, String.raw`https://hooks.example.com\@127.0.0.1/`, 'form');
test(refused, 'https:///127.0.0.1/', 'form');
test(refused, '//hooks.example.com/', 'form');
test(refused, 'https://hooks.exa\nmple.com/', 'form');
test(refused, ' https://hooks.example.com/', 'form');
test(refused, 'https://hooks.example.com/\u202e', 'form');
test(refused, 'https://1.2.3.4.5/', 'form');
test(refused, 'https://256.1.1.1/', 'form');
test(refused, 'https://', 'form');
test(refused, '', 'form');
test(refused, `https://hooks.example.com/${'a'.repeat(2048)}`, 'form');

const taken = test.macro({
  exec(t, url: string, allow: string | null) {
    t.true(readOutsideUrl(url, allow === null ? NOTHING_ALLOWED : allowing(allow)) instanceof URL);
  },
  title: (_given, url, allow) => `${url} is taken${typeof allow === 'string' ? ` where ${allow} is allowed` : ''}`,
});

test(taken, 'https://hooks.example.com/a?b=c', null);
test(taken, 'https://hooks.example.com.:8443/', null);
test(taken, 'HTTPS://hooks.example.com:443/', null);
test(taken, 'https://例子.中国/', null);
test(taken, 'https://8.8.8.8/', null);
test(taken, 'https://[2606:4700::1111]/', null);
test(taken, 'https://[64:ff9b::808:808]/', null);
test(taken, 'http://crm:3000/in', 'crm');
test(taken, 'http://CRM.corp.example.:3000/in', 'crm.corp.example');
test(taken, 'http://127.0.0.1:9999/', '127.0.0.1');
test(taken, 'http://2130706433:9999/', '127.0.0.0/8');
test(taken, 'https://[::ffff:10.1.2.3]/', '10.0.0.0/8');
test(taken, 'https://[fd00::5]/', 'fd00::/8');

test('what is allowed for one network is not for another', (t) => {
  t.is(readOutsideUrl('http://10.2.0.1/', allowing('10.1.0.0/16')), 'scheme');
  t.is(readOutsideUrl('https://10.2.0.1/', allowing('10.1.0.0/16')), 'address');
  t.is(readOutsideUrl('https://evilcrm/', allowing('crm')), 'name');
  t.is(readOutsideUrl('https://user@crm/', allowing('crm')), 'credentials');
});

test('an address with a zone, and what is none, is not public', (t) => {
  for (const address of ['fe80::1%eth0', '::1%lo', '', 'example.com', '1.2.3']) t.false(isPublicAddress(address));
});

const REASON = (error: PerennialError | undefined) => error?.problems[0]?.params['reason'];

test('a name that leads into an inner network is refused before it is saved', async (t) => {
  const settings = (address: string) => ({
    allowance: NOTHING_ALLOWED,
    resolve: async () => [
      { address: '8.8.8.8', family: 4 },
      { address, family: address.includes(':') ? 6 : 4 },
    ],
  });
  for (const address of ['10.0.0.5', '127.0.0.1', '169.254.169.254', '::1', '::ffff:10.0.0.5', 'fe80::1%eth0']) {
    const error = await t.throwsAsync(checkOutsideUrl('https://hooks.example.com/', 'url', settings(address)), {
      instanceOf: PerennialError,
    });
    t.is(REASON(error), '@url.address', address);
  }
  const url = await checkOutsideUrl('https://hooks.example.com/x', 'url', settings('2606:4700::1111'));
  t.is(url.href, 'https://hooks.example.com/x');
});

test('a name that nobody knows yet is taken, and looked at when it is called', async (t) => {
  const resolve = () => Promise.reject(new Error('ENOTFOUND'));
  const url = await checkOutsideUrl('https://hooks.example.com/', 'url', { allowance: NOTHING_ALLOWED, resolve });
  t.is(url.host, 'hooks.example.com');
});

test('a refusal names the host and nothing that follows it', async (t) => {
  const error = await t.throwsAsync(
    checkOutsideUrl('https://mongo/secret-part', 'url', { allowance: NOTHING_ALLOWED }),
    { instanceOf: PerennialError },
  );
  t.like(error?.problems[0], { code: 'url.forbidden', params: { url: 'mongo' }, place: { field: 'url' } });
});
