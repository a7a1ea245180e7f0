package io.omnigraph.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Requests that a well-behaved client library would refuse to send. */
final class Raw {

  private static final int PATIENCE_MILLIS = 20_000;

  private Raw() {}

  static Http.Answer request(OmniGraphServer server, String method, String path, String body) {
    return send(
        server,
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  /** Sends bytes and reads until the server closes the connection. */
  static Http.Answer send(OmniGraphServer server, String text) {
    try (var socket = new Socket(server.host(), server.port())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      return parse(readAll(socket.getInputStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] readAll(InputStream in) throws IOException {
    var out = new ByteArrayOutputStream();
    try {
      in.transferTo(out);
    } catch (java.net.SocketException reset) {
      // What was sent before a reset is still an answer.
    }
    return out.toByteArray();
  }

  private static Http.Answer parse(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      throw new AssertionError("not an HTTP answer: " + text);
    }
    String[] head = text.substring(0, end).split("\r\n");
    Map<String, List<String>> headers = new HashMap<>();
    for (int i = 1; i < head.length; i++) {
      String[] pair = head[i].split(":", 2);
      headers.computeIfAbsent(pair[0].strip(), a -> new ArrayList<>()).add(pair[1].strip());
    }
    byte[] body = new byte[bytes.length - end - 4];
    System.arraycopy(bytes, end + 4, body, 0, body.length);
    return new Http.Answer(
        Integer.parseInt(head[0].split(" ")[1]), body, HttpHeaders.of(headers, (a, b) -> true));
  }
}
