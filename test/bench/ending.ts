import { writeSync } from 'node:fs';
import { tellEveryEnd } from '../../bench/every-end.ts';

// A bench that ends in the way its argument says.

const end = tellEveryEnd((line) => void writeSync(2, `${line}\n`));
const never = new Promise(() => undefined);

switch (process.argv[2]) {
  case 'throws':
    throw new Error('thrown here');
  case 'throws later':
    setImmediate(() => {
      throw new Error('thrown here');
    });
    await never;
    break;
  case 'rejects':
    void Promise.reject(new Error('thrown here'));
    await never;
    break;
  case 'waits for nothing':
    await never;
    break;
  case 'exits':
    process.exit();
    break;
  case 'is told to end':
    process.kill(process.pid, 'SIGTERM');
    setInterval(() => undefined, 1000);
    await never;
    break;
  default:
    end.done();
}
