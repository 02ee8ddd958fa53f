package dev.farsight.compute.jcuda;

import static dev.farsight.compute.jcuda.Driver.check;

import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.compute.StepSpec;
import java.util.function.Consumer;
import jcuda.driver.CUDA_MEMCPY2D;
import jcuda.driver.CUmemorytype;
import jcuda.driver.JCudaDriver;

/**
 * Carries what ranks send each other if they do not reach each other's memory: kernels leave it in
 * buffers of this rank, and between two kernels it goes to the others. Each command waits for the
 * device and for the other ranks, so a step cannot be a graph. Device memory: as much again as what
 * arrives. Columns travel in blocks, one for each rank, and are put side by side where they arrive.
 */
abstract class CarriedExchange {

  /** Places of numbers of owned rows in the addresses of a rank. */
  static final int NORMS = 6;

  static final int SQUARES = 7;

  final RankExchange exchange;
  final int rank;
  final int ranks;

  /** Words of a row that arrives. */
  final int rowWords;

  /** Words of what a rank sends of a row, and weights. */
  final int slotWords;

  final int width;
  final int denseFloats;

  /** Addresses of what this rank receives, in the order of {@code struct Routes}. */
  final long[] own;

  /** What this rank sends, in the order of send positions. */
  final long sentRows;

  final long sentGradients;

  /** What other ranks' dense gradients are copied to, by rank; this rank's own. */
  final long[] dense;

  /** What the losses of the ranks are copied to, by rank. */
  final long losses;

  /** What other ranks' numbers of owned rows are copied to, by rank; this rank's own. */
  private final long[] norms;

  private final long[] squares;

  /** Places of sums of bags in the addresses of a rank, and of gradients of bags. */
  static final int SUMS = 8;

  static final int BAG_GRADIENTS = 9;

  private final boolean rowsLearn;

  /** Null if no sums of bags are exchanged. */
  final SumPlaces places;

  /** Sums that this rank sends, by bag. */
  final long sentSums;

  /** Gradients of bags that this rank sends, in the order in which sums arrive. */
  final long sentBagGradients;

  /**
   * @param own addresses of what this rank receives, in the order of {@code struct Routes}
   */
  CarriedExchange(
      RankExchange exchange,
      StepSpec spec,
      Peers peers,
      long[] own,
      long denseFloats,
      DeviceMemory memory) {
    this.exchange = exchange;
    this.own = own.clone();
    this.denseFloats = Math.toIntExact(denseFloats);
    rank = peers.collective().rank();
    ranks = peers.collective().ranks();
    rowWords = spec.format().stateWord();
    slotWords = spec.slotFormat().stateWord();
    width = spec.slotFormat().dim();
    rowsLearn = !spec.optimizer().freezeRows();
    sentRows = memory.allocate("rows for other ranks", sentRowFloats(spec) * Float.BYTES);
    sentGradients =
        memory.allocate("gradients for other ranks", sentGradientFloats(spec) * Float.BYTES);
    dense = new long[ranks];
    for (int p = 0; p < ranks; p++) {
      dense[p] = p == rank ? own[4] : memory.allocate("dense gradients", denseFloats * Float.BYTES);
    }
    losses = memory.allocate("the exchange", (long) ranks * Double.BYTES);
    places = spec.exchange().sums().any() ? new SumPlaces(spec) : null;
    sentSums =
        places == null ? 0 : memory.allocate("sums of bags", places.bagFloats() * Float.BYTES);
    sentBagGradients =
        places == null || !rowsLearn
            ? 0
            : memory.allocate("gradients of bags", places.arrivingFloats() * Float.BYTES);
    norms = copies(own[NORMS], spec.exchange().maxOwnedRows(), memory);
    squares = copies(own[SQUARES], spec.exchange().maxOwnedRows(), memory);
  }

  /** By rank; its own is where it is. 0 if they are not needed. */
  private long[] copies(long ownNumbers, int rows, DeviceMemory memory) {
    var byRank = new long[ranks];
    for (int p = 0; p < ranks && ownNumbers != 0; p++) {
      byRank[p] =
          p == rank ? ownNumbers : memory.allocate("the exchange", (long) rows * Float.BYTES);
    }
    return byRank;
  }

  static long sentRowFloats(StepSpec spec) {
    return (long) spec.exchange().maxSentRows() * spec.slotFormat().stateWord();
  }

  static long sentGradientFloats(StepSpec spec) {
    return (long) spec.maxUniqueRows() * spec.format().dim();
  }

  /** The addresses that kernels find by rank. */
  final long[][] routes() {
    var all = new long[ranks][];
    for (int p = 0; p < ranks; p++) {
      all[p] =
          p == rank
              ? own.clone()
              : new long[] {
                sentRows,
                sentGradients,
                0,
                0,
                dense[p],
                losses + 8L * p,
                norms[p],
                squares[p],
                sentSums,
                sentBagGradients
              };
    }
    return all;
  }

  final Command rows() {
    return command(
        "send rows",
        rows -> {
          exchangeRows(rows);
          if (places != null) {
            exchangeSums(rows);
          }
        });
  }

  final Command gradients() {
    return command(
        "send gradients",
        rows -> {
          if (rowsLearn) {
            exchangeGradients(rows);
            if (places != null) {
              exchangeBagGradients(rows);
            }
          }
          exchangeDense();
          exchangeLosses();
        });
  }

  /** Numbers of owned rows: {@link #NORMS} or {@link #SQUARES}. */
  final Command numbers(int which) {
    return command(
        "send numbers of rows", rows -> exchangeNumbers(rows, which == NORMS ? norms : squares));
  }

  private Command command(String name, Consumer<RowExchange> work) {
    return new Command() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Stage stage() {
        return Stage.EXCHANGE;
      }

      @Override
      public void enqueue(Stream stream, long input) {
        work.accept(exchange.current());
      }
    };
  }

  /**
   * Puts the columns of a rank beside those of the others.
   *
   * @param block whose source is set: rows of {@link #slotWords} words
   */
  final void copyColumns(CUDA_MEMCPY2D block, int p, int rows, Stream lane) {
    long bytes = (long) slotWords * Float.BYTES;
    block.srcPitch = bytes;
    block.dstMemoryType = CUmemorytype.CU_MEMORYTYPE_DEVICE;
    block.dstDevice = Device.at(own[0] + p * bytes);
    block.dstPitch = (long) rowWords * Float.BYTES;
    block.WidthInBytes = bytes;
    block.Height = rows;
    check("a copy of the exchange", JCudaDriver.cuMemcpy2DAsync(block, lane));
  }

  /** By rank: where the bags of its samples begin among those that this rank adds up rows for. */
  final void bagStarts(RowExchange rows, int[] starts) {
    for (int p = 0; p <= ranks; p++) {
      starts[p] = Math.multiplyExact(rows.bags().sampleStarts()[p], places.count(rank));
    }
  }

  /** By rank: where its sums begin among those that arrive here. */
  final void sumStarts(RowExchange rows, int[] starts) {
    int samples = rows.bags().samples(rank);
    for (int p = 0; p <= ranks; p++) {
      starts[p] = Math.multiplyExact(places.first(p), samples);
    }
  }

  /** Owners send sums to the ranks that have the samples. */
  abstract void exchangeSums(RowExchange rows);

  /** Gradients of bags go back to the owners. */
  abstract void exchangeBagGradients(RowExchange rows);

  /** Owners send rows to the ranks that look them up. */
  abstract void exchangeRows(RowExchange rows);

  /**
   * All ranks get a number of all for each owned row.
   *
   * @param byRank where the numbers of each rank are
   */
  abstract void exchangeNumbers(RowExchange rows, long[] byRank);

  /** Gradients of rows go back to the owners, and those of replicated rows to all. */
  abstract void exchangeGradients(RowExchange rows);

  /** All ranks get the dense gradients of all. */
  abstract void exchangeDense();

  /** All ranks get the losses of all. */
  abstract void exchangeLosses();
}
