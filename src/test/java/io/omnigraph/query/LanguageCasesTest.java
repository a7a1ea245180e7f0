package io.omnigraph.query;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.omnigraph.cases.CaseFiles;
import io.omnigraph.cases.CaseRunner;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Everything the compilers decide in the {@code .gqt} files. */
class LanguageCasesTest {

  @TestFactory
  Stream<DynamicTest> the_compilers_decide_as_the_cases_say() {
    return CaseFiles.all().stream()
        .map(c -> dynamicTest(c.toString(), () -> CaseRunner.compile(c)));
  }
}
