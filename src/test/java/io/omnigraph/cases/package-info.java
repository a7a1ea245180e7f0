/**
 * The cases of the languages: {@code .gqt} files below {@code src/test/resources/cases}, and the
 * runner that reads and runs them. What the compilers decide runs without an engine; rows, counts
 * and failures of execution run through a {@link io.omnigraph.cases.CaseExecutor}. The format is
 * described in {@code src/test/resources/cases/README.md}.
 */
@NullMarked
package io.omnigraph.cases;

import org.jspecify.annotations.NullMarked;
