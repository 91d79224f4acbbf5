/** Has a page run as one for which the browser keeps nothing: in a frame of another site, or where a person allows no cookies. */
export function denied() {
  const deny = () => {
    throw new DOMException('Access is denied in this context.', 'SecurityError');
  };
  IDBFactory.prototype.open = deny;
  for (const name of ['request', 'query']) LockManager.prototype[name] = async () => deny();
}
