package dev.farsight.api.collective;

import dev.farsight.api.config.Settings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * The arguments with which a group is joined.
 *
 * @param own the section {@code farsight.sharding.NAME}
 * @param group name of the group, for messages. Groups of different names are independent
 * @param names what each rank is, such as {@code gpu 1}, for messages; as many as there are ranks
 * @param gpus the number by which the CUDA driver knows each rank's device; empty where it is no
 *     GPU of this host. As many as there are ranks
 * @param ownRanks the ranks of this process, each once
 * @param timeout how long a rank may show no life, or not join an operation that others wait in
 * @param rendezvous where the processes meet; empty if all ranks are of this process
 */
public record CollectiveContext(
    Settings own,
    String group,
    List<String> names,
    List<OptionalInt> gpus,
    List<Integer> ownRanks,
    Duration timeout,
    Optional<Rendezvous> rendezvous) {

  public CollectiveContext {
    names = List.copyOf(names);
    gpus = List.copyOf(gpus);
    ownRanks = List.copyOf(ownRanks);
    int ranks = names.size();
    if (gpus.size() != ranks) {
      throw new IllegalArgumentException(gpus.size() + " devices of " + ranks + " ranks");
    }
    if (ownRanks.isEmpty()
        || ownRanks.stream().distinct().count() != ownRanks.size()
        || ownRanks.stream().anyMatch(rank -> rank < 0 || rank >= ranks)) {
      throw new IllegalArgumentException("ranks " + ownRanks + " of " + ranks);
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout " + timeout);
    }
    if (rendezvous.isEmpty() && ownRanks.size() != ranks) {
      throw new IllegalArgumentException("ranks of other processes, but no rendezvous");
    }
  }

  /** A group whose ranks are no GPUs, or that does not need to know. */
  public CollectiveContext(
      Settings own,
      String group,
      List<String> names,
      List<Integer> ownRanks,
      Duration timeout,
      Optional<Rendezvous> rendezvous) {
    this(
        own,
        group,
        names,
        Collections.nCopies(names.size(), OptionalInt.empty()),
        ownRanks,
        timeout,
        rendezvous);
  }

  /** How many ranks the group has. */
  public int ranks() {
    return names.size();
  }

  /** What messages call a rank: {@code rank 1 (gpu 1)}. */
  public String name(int rank) {
    return "rank " + rank + " (" + names.get(rank) + ")";
  }

  /** Whether all ranks are of this process. */
  public boolean oneProcess() {
    return ownRanks.size() == ranks();
  }

  /**
   * Where the processes of a group meet.
   *
   * @param address host and port at which rank 0 listens. Port 0, which only the process of rank 0
   *     may give, takes a free one
   * @param secret known to the processes of this run alone, such as a random run id. Others are
   *     refused
   * @param listening called in the process of rank 0 with the address, as soon as the others may
   *     connect: before {@link CollectiveFactory#connect} returns
   */
  public record Rendezvous(
      InetSocketAddress address, String secret, Consumer<InetSocketAddress> listening) {

    public Rendezvous {
      if (secret.isBlank()) {
        throw new IllegalArgumentException("no secret");
      }
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
      return "Rendezvous[" + address + "]";
    }
  }
}
