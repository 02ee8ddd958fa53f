package dev.farsight.compute.jcuda;

import dev.farsight.api.internal.Closing;
import java.util.ArrayList;
import java.util.List;

/**
 * A compiled tape.
 *
 * @param order orders a batch's lookups, on its way to the device
 * @param weigh adds up the weights of a batch's samples, on its way to the device; null where they
 *     have none
 * @param prepare prepares the exchange of a batch, on its way to the device
 * @param train commands of a training step
 * @param evaluate commands of an evaluation
 * @param resume lets training steps update again after a loss that was not finite
 * @param exchange with other ranks, owned; null if there are none
 * @param products of both, owned
 * @param modules of their kernels, owned
 */
record Program(
    LookupOrdering order,
    Command weigh,
    List<Command> prepare,
    List<Command> train,
    List<Command> evaluate,
    Command resume,
    DenseParameters parameters,
    RankExchange exchange,
    List<Gemm> products,
    List<Kernels> modules)
    implements AutoCloseable {

  @Override
  public void close() {
    List<AutoCloseable> all = new ArrayList<>();
    if (exchange != null) {
      all.add(exchange);
    }
    all.addAll(products);
    all.addAll(modules);
    Closing.all(all.toArray(AutoCloseable[]::new));
  }
}
