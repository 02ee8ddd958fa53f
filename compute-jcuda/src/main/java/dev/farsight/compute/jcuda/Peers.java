package dev.farsight.compute.jcuda;

import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.Collective;
import java.nio.LongBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ranks of a step, as one of them sees the others.
 *
 * @param direct whether kernels of each rank reach the memory of all others
 */
record Peers(Collective collective, boolean direct) {

  /** As exchange.cu has it: a warp waits for all. */
  private static final int MOST_RANKS = 32;

  private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

  /** Tells ranks of this process from others: they share one address space. */
  private static final long PROCESS = new SecureRandom().nextLong();

  /**
   * All ranks call it: finds out how they reach each other.
   *
   * @param peerAccess whether the settings let them
   */
  static Peers of(Gpu gpu, Collective collective, boolean peerAccess) {
    int ranks = collective.ranks();
    if (ranks > MOST_RANKS) {
      throw new FarsightException(
          "compute.backend jcuda: " + ranks + " ranks; at most " + MOST_RANKS + " are possible");
    }
    long[][] all = gather(collective, PROCESS, gpu.ordinal());
    String obstacle = peerAccess ? obstacle(gpu, all) : "compute.jcuda.peer-access = false";
    long[][] reached = gather(collective, obstacle == null ? 1 : 0);
    boolean direct = Arrays.stream(reached).allMatch(rank -> rank[0] == 1);
    if (direct) {
      for (long[] rank : all) {
        if (rank[1] != gpu.ordinal()) {
          gpu.reach((int) rank[1]);
        }
      }
    } else if (obstacle != null) {
      if (collective.devices().isPresent()) {
        LOG.warn("{}; the collective carries rows and gradients from GPU to GPU", obstacle);
      } else {
        LOG.warn(
            "{}; rows and gradients go through host memory, which is slow{}",
            obstacle,
            eachHasItsOwn(all) ? "; see sharding.collective = nccl" : "");
      }
    }
    return new Peers(collective, direct);
  }

  /** Why a GPU does not reach the memory of all others; null if it does. */
  private static String obstacle(Gpu gpu, long[][] all) {
    if (Arrays.stream(all).anyMatch(rank -> rank[0] != PROCESS)) {
      return gpu.label() + " trains with GPUs of other processes";
    }
    if (!eachHasItsOwn(all)) {
      return "two ranks share a GPU";
    }
    for (long[] rank : all) {
      int other = (int) rank[1];
      if (other != gpu.ordinal() && !gpu.reaches(other)) {
        return gpu.label() + " has no peer access to gpu " + other;
      }
    }
    return null;
  }

  private static boolean eachHasItsOwn(long[][] all) {
    return Arrays.stream(all).mapToLong(rank -> rank[1]).distinct().count() == all.length;
  }

  /** The values of each rank. */
  long[][] gather(long... own) {
    return gather(collective, own);
  }

  private static long[][] gather(Collective collective, long... own) {
    int ranks = collective.ranks();
    var send = LongBuffer.allocate(ranks * own.length);
    var starts = new int[ranks + 1];
    for (int p = 0; p < ranks; p++) {
      send.put(p * own.length, own);
      starts[p + 1] = starts[p] + own.length;
    }
    var received = LongBuffer.allocate(ranks * own.length);
    collective.allToAllv(send, starts, received, starts);
    var all = new long[ranks][own.length];
    for (int p = 0; p < ranks; p++) {
      received.get(p * own.length, all[p]);
    }
    return all;
  }
}
