'use client';
import { useActionState } from 'react';

import { act } from './act.js';

export default function Page() {
  const [result, action] = useActionState(act, '');
  return <form action={action}><button>Convert</button><p id="result">{result}</p></form>;
}
