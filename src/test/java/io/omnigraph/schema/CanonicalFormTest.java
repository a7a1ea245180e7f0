package io.omnigraph.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.CompileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CanonicalFormTest {

  private static String resource(String name) {
    try (InputStream in = CanonicalFormTest.class.getResourceAsStream("/schema/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  @Test
  void theGoldenSchemaHasThePinnedCanonicalTextAndHash() {
    Catalog catalog = SchemaCompiler.compile(resource("golden.pg"));
    assertThat(catalog.canonicalJson()).isEqualTo(resource("golden.json"));
    assertThat(catalog.hash()).isEqualTo(resource("golden.hash"));
  }

  @Test
  void readingTheCanonicalTextBackGivesAnEqualCatalog() {
    Catalog catalog = SchemaCompiler.compile(resource("golden.pg"));
    Catalog read = SchemaCompiler.fromCanonicalJson(catalog.canonicalJson());
    assertThat(read).isEqualTo(catalog);
    assertThat(read.nodes()).isEqualTo(catalog.nodes());
    assertThat(read.edges()).isEqualTo(catalog.edges());
    assertThat(read.interfaces()).isEqualTo(catalog.interfaces());
  }

  @Test
  void theOrderOfDeclarationsPropertiesAndAnnotationsDoesNotMatter() {
    Catalog one =
        SchemaCompiler.compile(
            """
            interface N { b: String a: I32? }
            node A @x("2") @description("d") implements N, M { c: enum(z, y) @unique(c, a) @index(c) }
            interface M { m: Bool }
            edge E: A -> A { p: Date q: F32? @unique(dst, src) }
            """);
    Catalog other =
        SchemaCompiler.compile(
            """
            edge E: A -> A { @unique(src, dst) q: F32? p: Date } // comment
            interface M { m: Bool }
            node A @description("d") @x("2") implements M, N, M { @index(c) @unique(a, c) c: enum(y, z) }
            interface N { a: I32? b: String }
            """);
    assertThat(other.canonicalJson()).isEqualTo(one.canonicalJson());
    assertThat(other).isEqualTo(one).hasSameHashCodeAs(one);
  }

  @Test
  void anotherVersionIsRefused() {
    assertThatThrownBy(
            () ->
                SchemaCompiler.fromCanonicalJson(
                    "{\"ir_version\":2,\"interfaces\":[],\"nodes\":[],\"edges\":[]}"))
        .isInstanceOf(CompileException.class)
        .hasMessage("catalog error: unsupported schema ir_version 2 (expected 1)");
  }

  @Test
  void anEmptyFileIsAnEmptySchema() {
    Catalog catalog = SchemaCompiler.compile(" // nothing\n /* at all */ ");
    assertThat(catalog.canonicalJson())
        .isEqualTo("{\"ir_version\":1,\"interfaces\":[],\"nodes\":[],\"edges\":[]}");
  }

  @Test
  void threadsMayCompileAtTheSameTime() {
    String source = resource("golden.pg");
    assertThat(
            java.util.stream.IntStream.range(0, 200)
                .parallel()
                .mapToObj(i -> SchemaCompiler.compile(source).hash())
                .distinct())
        .containsExactly(resource("golden.hash"));
  }
}
