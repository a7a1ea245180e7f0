package io.omnigraph.cases;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The {@code .gqt} cases of reads, writes and schema changes, on a graph of real tables. */
class EngineCasesTest {

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> the_engine_answers_as_the_cases_say() {
    AtomicInteger number = new AtomicInteger();
    return CaseFiles.all().stream()
        .filter(Case::needsEngine)
        .map(
            c ->
                dynamicTest(
                    c.toString(),
                    () ->
                        CaseRunner.run(
                            c,
                            (schema, model) ->
                                new EngineExecutor(
                                    folder.resolve("g" + number.incrementAndGet()),
                                    schema,
                                    model))));
  }
}
