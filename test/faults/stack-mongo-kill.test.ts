import { testServiceKill } from './stack-service-kill.ts';

testServiceKill('mongo', 'MongoDB');
