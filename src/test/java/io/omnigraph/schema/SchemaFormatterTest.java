package io.omnigraph.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.CompileException;
import io.omnigraph.model.SourceText;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.antlr.v4.runtime.Token;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaFormatterTest {

  @Test
  void membersStandOnLinesOfTheirOwn() {
    assertThat(
            SchemaFormatter.format(
                """
                interface   Named{label :String@index}
                node Person@description( "x" )implements Named,Other{email:String @key   age : I32 ?


                  tags:[ String ]? role:enum( small-molecule ,2y )?
                  v: Vector ( 3 )@embed( bio,model = "m" ) @range( age ,- 1 .. 2) @range(age,.. 5)@unique(a,b)}
                edge Knows:Person->Person@card(0 .. 5)@d{since:Date?}
                edge Owns: Person -> Person
                edge Has:  Person -> Person { }
                """))
        .isEqualTo(
            """
            interface Named {
              label: String @index
            }

            node Person @description("x") implements Named, Other {
              email: String @key
              age: I32?

              tags: [String]?
              role: enum(small-molecule, 2y)?
              v: Vector(3) @embed(bio, model="m")
              @range(age, -1..2)
              @range(age, ..5)
              @unique(a, b)
            }

            edge Knows: Person -> Person @card(0..5) @d {
              since: Date?
            }

            edge Owns: Person -> Person
            edge Has: Person -> Person {}
            """);
  }

  @Test
  void commentsStayWhereTheyBelong() {
    assertThat(
            SchemaFormatter.format(
                """

                // head


                /* about A */ node A { // body
                   // about x
                  x: I32 // after x

                  /* two
                     lines */
                  y: /* inside */ I32
                  // last
                } // end of A
                // about E
                edge E: A -> // where to
                A { /* empty */ }

                // tail
                """))
        .isEqualTo(
            """
            // head

            /* about A */
            node A { // body
              // about x
              x: I32 // after x

              /* two
                 lines */
              y: /* inside */ I32
              // last
            } // end of A

            // about E
            edge E: A -> // where to
                A { /* empty */
            }

            // tail
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\n"})
  void nothingStaysNothing(String source) {
    assertThat(SchemaFormatter.format(source)).isEmpty();
  }

  @Test
  void onlyCommentsStayComments() {
    assertThat(SchemaFormatter.format("  // a  \n\n\n/* b */  ")).isEqualTo("// a\n\n/* b */\n");
  }

  @Test
  void textThatDoesNotParseIsRefused() {
    assertThatThrownBy(() -> SchemaFormatter.format("node A { x: enum(a b) }"))
        .isInstanceOf(CompileException.class);
    assertThatThrownBy(() -> SchemaFormatter.format("node A {"))
        .isInstanceOf(CompileException.class);
  }

  static LongStream seeds() {
    return LongStream.range(0, 40L * Integer.getInteger("soak.factor", 1));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void formattingKeepsEveryTokenAndIsIdempotent(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 40; i++) {
      String source = RandomSchemas.valid(random);
      String formatted = SchemaFormatter.format(source);
      assertThat(tokens(formatted)).isEqualTo(tokens(source));
      assertThat(SchemaFormatter.format(formatted)).isEqualTo(formatted);
      assertThat(SchemaCompiler.compile(formatted)).isEqualTo(SchemaCompiler.compile(source));
      assertThat(formatted.lines().filter(line -> line.endsWith(" ") && !line.contains("/*")))
          .isEmpty();
      assertThat(formatted).doesNotContain("\n\n\n").endsWith("\n");
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whateverParsesIsFormattedFaithfully(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      String source = RandomSchemas.damage(random, RandomSchemas.valid(random));
      String formatted;
      try {
        formatted = SchemaFormatter.format(source);
      } catch (CompileException doesNotParse) {
        continue;
      }
      assertThat(tokens(formatted)).isEqualTo(tokens(source));
      assertThat(SchemaFormatter.format(formatted)).isEqualTo(formatted);
    }
  }

  /** Words and comments; blanks at the end of a line comment do not count. */
  private static List<String> tokens(String source) {
    return SchemaTokens.all(SourceText.of(source)).stream()
        .map(Token::getText)
        .map(text -> text.startsWith("//") ? text.stripTrailing() : text)
        .toList();
  }
}
