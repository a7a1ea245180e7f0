package io.omnigraph.guard.planted.storage.lance;

import io.omnigraph.guard.planted.storage.TableStorage;
import org.lance.Dataset;

/** Lance where it belongs, implementing the seam. */
final class InnocentLance implements TableStorage {

  private final Dataset dataset;

  InnocentLance(Dataset dataset) {
    this.dataset = dataset;
  }

  @Override
  public void commit(String staged) {
    dataset.checkoutLatest();
  }
}
