package io.omnigraph.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a small query costs over HTTP once it is warm, told by the bytes that all threads allocate
 * for it, which do not depend on how busy the machine is.
 */
class SmallRequestTest extends ServedTestBase {

  private static final long MOST_BYTES = 40_000;
  private static final int REQUESTS = 200;
  private static final int ROUNDS = 5;

  @BeforeAll
  static void start() {
    serve("knowledge");
    String person = "{\"type\": \"Person\", \"data\": {\"name\": \"ana\", \"age\": 41}}\n";
    assertThat(
            http.send(
                    "POST",
                    "/graphs/knowledge/load/ndjson",
                    "application/x-ndjson",
                    person.getBytes(StandardCharsets.UTF_8))
                .status())
        .isEqualTo(200);
  }

  @Test
  void aLookupAllocatesLittleOnTheWholeWayThroughTheServer() throws IOException {
    String body =
        "{\"query\":\"query q($name: String) { match { $p: Person { name: $name } }"
            + " return { $p.age } }\",\"params\":{\"name\":\"ana\"}}";
    byte[] request =
        ("POST /graphs/knowledge/query HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
                + "Content-Length: "
                + body.length()
                + "\r\n\r\n"
                + body)
            .getBytes(StandardCharsets.US_ASCII);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream());
      byte[] answer = new byte[1 << 12];
      // What goes on beside the requests is not in all rounds.
      for (int round = 0; round < ROUNDS; round++) {
        long before = threads.getTotalThreadAllocatedBytes();
        for (int i = 0; i < REQUESTS; i++) {
          out.write(request);
          int length = read(in, answer);
          if (i == 0) {
            assertThat(new String(answer, 0, length, StandardCharsets.US_ASCII))
                .startsWith("HTTP/1.1 200")
                .contains("41");
          }
        }
        least = Math.min(least, (threads.getTotalThreadAllocatedBytes() - before) / REQUESTS);
      }
    }
    System.out.println(least + " bytes for a lookup over HTTP");
    assertThat(least).isPositive().isLessThan(MOST_BYTES);
  }

  /** Reads one answer, which ends with the last brace of its JSON. */
  private static int read(InputStream in, byte[] into) throws IOException {
    int length = 0;
    int open = 0;
    boolean begun = false;
    while (!begun || open > 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the server closed the connection");
      }
      into[length++] = (byte) next;
      open += next == '{' ? 1 : next == '}' ? -1 : 0;
      begun |= next == '{';
    }
    return length;
  }
}
