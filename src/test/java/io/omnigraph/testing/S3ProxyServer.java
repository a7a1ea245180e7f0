package io.omnigraph.testing;

import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.S3Access;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/**
 * An ordinary S3-compatible server in this process. Its conditional writes do not hold in races.
 */
public final class S3ProxyServer implements AutoCloseable {

  private static final AtomicInteger ROOTS = new AtomicInteger();

  private final TransientNio2BlobStore store = new TransientNio2BlobStore();
  private final S3Proxy proxy;

  public S3ProxyServer() throws Exception {
    store.createContainer("bucket");
    proxy =
        S3Proxy.builder()
            .blobStore(store)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, "key", "secret")
            .build();
    proxy.start();
    while (!proxy.getState().equals("STARTED")) {
      Thread.sleep(5);
    }
  }

  public S3Access access() {
    return new S3Access(
        "http://127.0.0.1:" + proxy.getPort(), "us-east-1", "key", "secret", null, true, true);
  }

  public GraphUri freshRoot() {
    return GraphUri.parse("s3://bucket/graph-" + ROOTS.incrementAndGet());
  }

  @Override
  public void close() throws Exception {
    proxy.stop();
    store.close();
  }
}
