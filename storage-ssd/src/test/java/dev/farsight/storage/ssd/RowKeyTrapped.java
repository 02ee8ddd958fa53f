package dev.farsight.storage.ssd;

/** A class with a name as long as that of a class of ours; says so if it is initialised. */
final class RowKeyTrapped {

  static final String FLAG = "farsight.test.trapped";

  static {
    System.setProperty(FLAG, "initialised");
  }

  private RowKeyTrapped() {}
}
