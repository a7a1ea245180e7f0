package io.omnigraph;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.TableKey;
import io.omnigraph.testing.CallFaults;
import io.omnigraph.testing.CallInterceptor;
import io.omnigraph.testing.StepFaults;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What scenarios of broken steps and broken storage calls work with. */
abstract class ScenarioTestBase {

  static final BranchName DEV = BranchName.of("dev");
  static final TableKey PERSON = TestGraphs.PERSON;
  static final TableKey LIVES_IN = TestGraphs.LIVES_IN;

  @TempDir Path folder;

  final StepFaults faults = new StepFaults();
  final CallFaults calls = new CallFaults();
  final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    faults.clear();
    calls.clear();
    threads.shutdownNow();
  }

  OmniGraph open(InterruptedGraph at, CallInterceptor... interceptors) {
    return TestEngine.open(GraphUri.local(at.root()), TestEngine.FAST, faults, interceptors);
  }
}
