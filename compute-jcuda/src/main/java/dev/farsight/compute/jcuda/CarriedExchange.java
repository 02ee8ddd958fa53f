package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.RowExchange;
import dev.farsight.api.compute.StepSpec;
import java.util.function.Consumer;

/**
 * Carries what ranks send each other if they do not reach each other's memory: kernels leave it in
 * buffers of this rank, and between two kernels it goes to the others. Each command waits for the
 * device and for the other ranks, so a step cannot be a graph. Device memory: as much again as what
 * arrives.
 */
abstract class CarriedExchange {

  final RankExchange exchange;
  final int rank;
  final int ranks;
  final int rowWords;
  final int dim;
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

  private final boolean rowsLearn;

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
    dim = spec.format().dim();
    rowsLearn = !spec.optimizer().freezeRows();
    sentRows = memory.allocate("rows for other ranks", sentRowFloats(spec) * Float.BYTES);
    sentGradients =
        memory.allocate("gradients for other ranks", sentGradientFloats(spec) * Float.BYTES);
    dense = new long[ranks];
    for (int p = 0; p < ranks; p++) {
      dense[p] = p == rank ? own[4] : memory.allocate("dense gradients", denseFloats * Float.BYTES);
    }
    losses = memory.allocate("the exchange", (long) ranks * Double.BYTES);
  }

  static long sentRowFloats(StepSpec spec) {
    return (long) spec.exchange().maxSentRows() * spec.format().stateWord();
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
              : new long[] {sentRows, sentGradients, 0, 0, dense[p], losses + 8L * p};
    }
    return all;
  }

  final Command rows() {
    return command("send rows", this::exchangeRows);
  }

  final Command gradients() {
    return command(
        "send gradients",
        rows -> {
          if (rowsLearn) {
            exchangeGradients(rows);
          }
          exchangeDense();
          exchangeLosses();
        });
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

  /** Owners send rows to the ranks that look them up. */
  abstract void exchangeRows(RowExchange rows);

  /** Gradients of rows go back to the owners, and those of replicated rows to all. */
  abstract void exchangeGradients(RowExchange rows);

  /** All ranks get the dense gradients of all. */
  abstract void exchangeDense();

  /** All ranks get the losses of all. */
  abstract void exchangeLosses();
}
