package io.omnigraph.cli;

import io.omnigraph.api.ErrorOutput;
import io.omnigraph.api.Json;
import io.omnigraph.api.WriteConditions;
import io.omnigraph.model.Diagnostic;
import io.omnigraph.model.DiagnosticRenderer;
import io.omnigraph.model.SourceText;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Requests to one server and its answers, with its errors as those of the command line. */
final class ServerConnection implements AutoCloseable {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int PRECONDITION_FAILED = 412;
  private static final int LONGEST_BODY_SHOWN = 500;

  /** Takes what it wants from an answer, whatever its status. */
  @FunctionalInterface
  interface Receiver<T> {
    T receive(HttpResponse<InputStream> response) throws IOException;
  }

  private final Target.Served target;
  private final @Nullable String token;
  private final HttpClient http;

  ServerConnection(Target.Served target, CommandContext context) {
    this.target = target;
    this.token = Tokens.find(target.base(), context.config(), context.terminal().environment());
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
  }

  // ---- requests

  HttpRequest get(String path) {
    return request(path).GET().build();
  }

  HttpRequest post(String path, Object body) {
    return post(path, body, WriteConditions.NONE);
  }

  HttpRequest post(String path, Object body, WriteConditions conditions) {
    return conditioned(request(path), conditions)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)))
        .build();
  }

  static HttpRequest.Builder conditioned(HttpRequest.Builder request, WriteConditions conditions) {
    if (conditions.ifGraphCommit() != null) {
      request.header(WriteConditions.IF_GRAPH_COMMIT, conditions.ifGraphCommit());
    }
    if (conditions.idempotencyKey() != null) {
      request.header(WriteConditions.IDEMPOTENCY_KEY, conditions.idempotencyKey());
    }
    return request;
  }

  /** A request below the graph. */
  HttpRequest.Builder request(String path) {
    return authorised(HttpRequest.newBuilder(uri(target.base() + path)));
  }

  private HttpRequest.Builder authorised(HttpRequest.Builder request) {
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  private static URI uri(String text) {
    try {
      URI uri = URI.create(text);
      if (uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // The message below covers it.
    }
    throw CliException.usage("invalid server URL '" + text + "'");
  }

  /** A request to the server itself, beside its graphs. */
  HttpRequest.Builder serverRequest(String path) {
    return authorised(HttpRequest.newBuilder(uri(target.url() + path)));
  }

  // ---- answers

  /**
   * Reads an answer as a whole.
   *
   * @param source the text that was sent along, in which problems are shown; null for none
   */
  <T> T read(HttpRequest request, Class<T> type, @Nullable String source) {
    return receive(
        request,
        "the answer of " + target.url(),
        response -> {
          byte[] bytes = response.body().readAllBytes();
          if (response.statusCode() != 200) {
            throw failure(response.statusCode(), bytes, source);
          }
          return Json.MAPPER.readValue(bytes, type);
        });
  }

  /** Copies the body of an answer, which may be long. */
  void copy(HttpRequest request, String what, OutputStream out) {
    receive(
        request,
        what,
        response -> {
          if (response.statusCode() != 200) {
            throw failure(response);
          }
          return response.body().transferTo(out);
        });
  }

  /**
   * Hands an answer over and closes it.
   *
   * @param what names the answer where it breaks off
   */
  <T> T receive(HttpRequest request, String what, Receiver<T> receiver) {
    HttpResponse<InputStream> response = send(request);
    try (InputStream body = response.body()) {
      return receiver.receive(response);
    } catch (IOException e) {
      throw new UncheckedIOException(new IOException(what + " broke off: " + e.getMessage(), e));
    }
  }

  private HttpResponse<InputStream> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (ConnectException e) {
      throw new CliException("cannot reach the server at " + target.url());
    } catch (IOException e) {
      throw new CliException(
          "no answer from the server at "
              + target.url()
              + ": "
              + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException("interrupted");
    }
  }

  /** The error that an answer holds. */
  static CliException failure(HttpResponse<InputStream> response) throws IOException {
    return failure(response.statusCode(), response.body().readAllBytes(), null);
  }

  /**
   * What the server said is wrong; problems of a query that was sent along are shown in its text.
   */
  static CliException failure(int status, byte[] body, @Nullable String source) {
    int exitCode = status == PRECONDITION_FAILED ? ExitCodes.PRECONDITION : ExitCodes.FAILURE;
    ErrorOutput error;
    try {
      error = Json.MAPPER.readValue(body, ErrorOutput.class);
    } catch (IOException e) {
      return new CliException(unreadable(status, body), exitCode);
    }
    if (error == null || error.error() == null) {
      return new CliException(unreadable(status, body), exitCode);
    }
    if (source != null && !error.diagnostics().isEmpty()) {
      return CliException.rendered(
          DiagnosticRenderer.render(
              SourceText.of(source),
              error.diagnostics().stream().map(ServerConnection::diagnostic).toList()),
          error);
    }
    return CliException.answered(error, exitCode);
  }

  private static String unreadable(int status, byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    String shown =
        text.length() > LONGEST_BODY_SHOWN ? text.substring(0, LONGEST_BODY_SHOWN) + "…" : text;
    return "server returned " + status + ": " + shown;
  }

  private static Diagnostic diagnostic(ErrorOutput.DiagnosticOutput output) {
    ErrorOutput.SpanOutput span = output.span();
    return new Diagnostic(
        Diagnostic.Severity.valueOf(output.severity().toUpperCase(Locale.ROOT)),
        output.code(),
        output.message(),
        span == null
            ? null
            : new Diagnostic.Span(span.start(), span.end(), span.line(), span.column()),
        output.hint());
  }

  @Override
  public void close() {
    http.close();
  }
}
