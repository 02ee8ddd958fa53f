package dev.farsight.engine.cache;

import dev.farsight.api.table.TableSet;
import java.util.Collections;
import java.util.List;

/**
 * How the rows of each table are divided over ranks. Immutable.
 *
 * @param ranks how many devices train together
 * @param tables by table
 */
public record Sharding(int ranks, List<Placement> tables) {

  /** How the rows of a table are divided. */
  public enum Kind {
    /** Each rank has a hash share of the rows. */
    ROW,
    /** One rank has all rows. */
    TABLE,
    /** Every rank has all rows, and always keeps them. */
    REPLICATED,
    /** Each rank has a part of the width of every row: all tables, or none. */
    COLUMN
  }

  /** What ranks send each other of a table. */
  public enum Exchange {
    /** Unique rows, and their gradients back. */
    ROWS,
    /** For each bag the sum of the rows that a rank has, and the gradient of the bag back. */
    SUMS
  }

  /**
   * Where the rows of a table are, and how the other ranks get at them.
   *
   * @param rank the rank that has all rows, if the kind is {@code TABLE}; otherwise 0
   * @param exchange of replicated rows and of columns always {@code ROWS}
   */
  public record Placement(Kind kind, int rank, Exchange exchange) {

    /** Each rank has a hash share. */
    public static final Placement ROW = new Placement(Kind.ROW, 0);

    /** Every rank has all rows. */
    public static final Placement REPLICATED = new Placement(Kind.REPLICATED, 0);

    /** Each rank has columns of every row. */
    public static final Placement COLUMN = new Placement(Kind.COLUMN, 0);

    public Placement {
      if (exchange == Exchange.SUMS && kind != Kind.ROW && kind != Kind.TABLE) {
        throw new IllegalArgumentException("sums of bags of rows of kind " + kind);
      }
    }

    /** Ranks send each other rows. */
    public Placement(Kind kind, int rank) {
      this(kind, rank, Exchange.ROWS);
    }

    /** One rank has all rows. */
    public static Placement on(int rank) {
      return new Placement(Kind.TABLE, rank);
    }

    /** The same, but ranks send each other sums of bags. */
    public Placement withSums() {
      return new Placement(kind, rank, Exchange.SUMS);
    }

    /** Whether ranks send each other sums of bags. */
    public boolean sums() {
      return exchange == Exchange.SUMS;
    }
  }

  public Sharding {
    tables = List.copyOf(tables);
    long columns = tables.stream().filter(table -> table.kind() == Kind.COLUMN).count();
    if (columns > 0 && columns < tables.size()) {
      throw new IllegalArgumentException("some tables are divided by column, others are not");
    }
  }

  /** All rows on the only rank. */
  public static Sharding none(TableSet tables) {
    return byRow(1, tables);
  }

  /** Each rank has a hash share of all rows. */
  public static Sharding byRow(int ranks, TableSet tables) {
    return new Sharding(ranks, Collections.nCopies(tables.size(), Placement.ROW));
  }

  public Placement of(int table) {
    return tables.get(table);
  }

  public boolean replicates(int table) {
    return tables.get(table).kind() == Kind.REPLICATED;
  }

  /** Whether any table is replicated. */
  public boolean replicates() {
    return tables.stream().anyMatch(placement -> placement.kind() == Kind.REPLICATED);
  }

  /** Whether ranks send each other sums of a table's bags. */
  public boolean sums(int table) {
    return tables.get(table).sums();
  }

  /** Whether ranks send each other sums of bags of any table. */
  public boolean sums() {
    return tables.stream().anyMatch(Placement::sums);
  }

  /** Whether each rank has columns of every row of all tables. */
  public boolean columns() {
    return tables.get(0).kind() == Kind.COLUMN;
  }

  /**
   * The share of a table's rows that a rank has.
   *
   * @return from 0 to 1
   */
  public double share(int table, int rank) {
    Placement placement = tables.get(table);
    return switch (placement.kind()) {
      case ROW -> 1. / ranks;
      case TABLE -> placement.rank() == rank ? 1 : 0;
      case REPLICATED, COLUMN -> 1;
    };
  }
}
