package dev.farsight.compute.jcuda;

/** What a piece of work on the device is for; times are added up by it. */
enum Stage {
  BATCH_IN("batch to the device"),
  UNIQUE("unique rows"),
  ORDER("order of lookups"),
  ROWS_IN("rows to the device"),
  EVICT("evict rows"),
  INSERT("insert rows"),
  ROWS_OUT("rows to the host"),
  VALUES("dense features, concatenations, arithmetic"),
  POOLING("pooling of rows"),
  PRODUCTS("matrix products"),
  INTERACTION("gather and interaction"),
  LAYERS("ReLU and bias gradients, layer of one output"),
  CROSS("cross layers beside their products"),
  NORM("layer normalisation"),
  LOSS("loss"),
  ROWS("gradients and update of rows"),
  EXCHANGE("exchange between devices"),
  PARAMETERS("update of dense parameters");

  private final String title;

  Stage(String title) {
    this.title = title;
  }

  /** As users read it. */
  String title() {
    return title;
  }
}
