package dev.farsight.spark.ml;

/** What a column is to the model. */
enum Role {
  /** A number. */
  DENSE("denseCols"),

  /** A value that has a row in a table. */
  CATEGORICAL("categoricalCols"),

  /** Any number of values that have rows in a table. */
  BAG("bagCols");

  private final String param;

  Role(String param) {
    this.param = param;
  }

  /** The parameter that names such columns. */
  String param() {
    return param;
  }
}
