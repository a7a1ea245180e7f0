package io.omnigraph.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.CompileException;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.ExecutionException;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.ManifestConflictException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.PolicyDeniedException;
import io.omnigraph.model.PreconditionFailedException;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.model.ResourceLimitException;
import io.omnigraph.model.StorageException;
import io.omnigraph.model.TableKey;
import io.omnigraph.schema.SchemaCompiler;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {

  static List<Arguments> families() {
    return List.of(
        Arguments.of(new BadRequestException("x", "m"), 400, "bad_request", "m"),
        Arguments.of(new ExecutionException("x", "m"), 400, "bad_request", "query: m"),
        Arguments.of(new PolicyDeniedException("x", "m"), 403, "forbidden", "m"),
        Arguments.of(new NotFoundException("x", "m"), 404, "not_found", "m"),
        Arguments.of(new ConflictException("x", "m"), 409, "conflict", "m"),
        Arguments.of(new GoneException("x", "m"), 410, null, "m"),
        Arguments.of(new PreconditionFailedException("x", "m"), 412, null, "m"),
        Arguments.of(new ResourceLimitException("x", "m"), 413, "bad_request", "m"),
        Arguments.of(new StorageException("x", "m"), 500, "internal", "storage: m"),
        Arguments.of(new RecoveryRequiredException("x", "m"), 503, null, "m"));
  }

  @ParameterizedTest
  @MethodSource("families")
  void everyFamilyOfErrorsHasOneStatusAndOneWireCode(
      GraphException problem, int status, String code, String text) {
    Failure failure = Failure.of(problem);
    assertThat(failure.status()).isEqualTo(status);
    JsonNode json = Json.MAPPER.valueToTree(failure.body());
    assertThat(json.path("error").asText()).isEqualTo(text);
    assertThat(json.path("code").textValue()).isEqualTo(code);
    assertThat(json.path("detail").path("code").asText()).isEqualTo("x");
  }

  @Test
  void aStaleWriterIsToldTheTableAndBothVersions() {
    Failure failure = Failure.of(new ManifestConflictException(TableKey.node("Person"), 3, 5));
    assertThat(failure.status()).isEqualTo(409);
    assertThat(new String(Json.bytes(failure.body().manifestConflict())))
        .isEqualTo("{\"table_key\":\"node:Person\",\"expected\":3,\"actual\":5}");
  }

  @Test
  void aCompilerErrorCarriesEveryDiagnosticWithItsPlace() {
    CompileException problem = null;
    try {
      SchemaCompiler.compile("node A { x: Nope }\nnode B { y: Neither }\n");
    } catch (CompileException e) {
      problem = e;
    }
    Failure failure = Failure.of(problem);
    assertThat(failure.status()).isEqualTo(400);
    assertThat(failure.body().diagnostics())
        .hasSizeGreaterThan(1)
        .allSatisfy(d -> assertThat(d.span()).isNotNull())
        .extracting(d -> d.span().line())
        .containsSequence(1, 2);
  }

  @Test
  void anUnexpectedExceptionIsInternalAndItsTextStaysInTheLog() {
    Failure failure = Failure.of(new IllegalStateException("the password is 1234"));
    assertThat(failure.status()).isEqualTo(500);
    assertThat(failure.internal()).isTrue();
    assertThat(failure.body().error()).contains("internal error").doesNotContain("1234");
  }

  @Test
  void theContextOfAnErrorIsTyped() {
    var problem = new BadRequestException("x", "m", Map.of("limit", 7L, "names", List.of("a")));
    assertThat(new String(Json.bytes(Failure.of(problem).body().detail())))
        .isEqualTo("{\"code\":\"x\",\"context\":{\"limit\":7,\"names\":[\"a\"]}}");
  }
}
