package io.omnigraph.testing;

import io.omnigraph.storage.ObjectStore;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** An object store whose calls pass interceptors; the target is the key. */
public final class InterceptedObjectStore implements ObjectStore {

  private final ObjectStore delegate;
  private final List<CallInterceptor> interceptors;

  /** The first interceptor stands outermost. */
  public InterceptedObjectStore(ObjectStore delegate, CallInterceptor... interceptors) {
    this.delegate = delegate;
    this.interceptors = List.of(interceptors);
  }

  private <T> T call(String operation, String key, Supplier<T> body) {
    return InterceptedTableStorage.through(interceptors, operation, key, body);
  }

  private void run(String operation, String key, Runnable body) {
    call(
        operation,
        key,
        () -> {
          body.run();
          return operation;
        });
  }

  @Override
  public Optional<StoredObject> get(String key) {
    return call("get", key, () -> delegate.get(key));
  }

  @Override
  public Optional<ObjectInfo> stat(String key) {
    return call("stat", key, () -> delegate.stat(key));
  }

  @Override
  public Etag put(String key, byte[] bytes) {
    return call("put", key, () -> delegate.put(key, bytes));
  }

  @Override
  public Optional<Etag> putIfAbsent(String key, byte[] bytes) {
    return call("putIfAbsent", key, () -> delegate.putIfAbsent(key, bytes));
  }

  @Override
  public Optional<Etag> putIfMatch(String key, byte[] bytes, Etag expected) {
    return call("putIfMatch", key, () -> delegate.putIfMatch(key, bytes, expected));
  }

  @Override
  public void delete(String key) {
    run("delete", key, () -> delegate.delete(key));
  }

  @Override
  public List<ObjectInfo> list(String prefix) {
    return call("list", prefix, () -> delegate.list(prefix));
  }

  @Override
  public void deleteTorn(String prefix) {
    run("deleteTorn", prefix, () -> delegate.deleteTorn(prefix));
  }

  @Override
  public void deletePrefix(String prefix) {
    run("deletePrefix", prefix, () -> delegate.deletePrefix(prefix));
  }

  @Override
  public boolean isLocal() {
    return delegate.isLocal();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
