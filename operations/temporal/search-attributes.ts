import type { Connection } from '@temporalio/client';
import { SearchAttributeType } from '@temporalio/common';
import proto from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;

/**
 * Registers the search attributes that the namespace lacks; gives their names. Two processes that
 * start together may both do it.
 */
export async function registerSearchAttributes(connection: Connection, namespace: string): Promise<readonly string[]> {
  const wanted = Object.values(SEARCH_ATTRIBUTES);
  const missing = async () => {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return wanted.filter((key) => !(key.name in (customAttributes ?? {})));
  };
  const absent = await missing();
  if (absent.length === 0) return [];
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(absent.map((key) => [key.name, indexedType(key.type)])),
    });
  } catch (error) {
    // The other process was quicker: what counts is that all are there.
    if ((await missing()).length > 0) throw error;
  }
  return absent.map((key) => key.name);
}

function indexedType(type: (typeof SEARCH_ATTRIBUTES)[keyof typeof SEARCH_ATTRIBUTES]['type']) {
  return type === SearchAttributeType.DATETIME
    ? IndexedValueType.INDEXED_VALUE_TYPE_DATETIME
    : IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
}
