package dev.farsight.compute.jcuda;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.farsight.api.FarsightException;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.internal.Closing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * The communicators of all ranks of a process. They are connected together and freed together, once
 * all ranks have left: NCCL frees what they share with the last of them.
 */
final class NcclGroup {

  private static final long PARK = 200_000;
  private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(5);

  private final NcclLibrary library;
  private final CollectiveContext context;
  private final List<NcclCarrier> carriers = new ArrayList<>();
  private int closed;
  private boolean failed;

  /**
   * Connects all ranks.
   *
   * @param stagings by rank; owned
   * @param timeout for the ranks to connect
   */
  NcclGroup(
      NcclLibrary library,
      CollectiveContext context,
      List<? extends RankStaging> stagings,
      Duration timeout) {
    this.library = library;
    this.context = context;
    var handles = new Memory((long) context.ranks() * Long.BYTES);
    handles.clear();
    try {
      join(handles, stagings);
      for (int rank = 0; rank < context.ranks(); rank++) {
        long handle = handles.getLong((long) rank * Long.BYTES);
        carriers.add(new NcclCarrier(this, library, rank, handle, stagings.get(rank)));
      }
      awaitConnected(timeout);
    } catch (RuntimeException | Error e) {
      Closing.after(e, aborting());
      Closing.after(e, stagings.toArray(AutoCloseable[]::new));
      throw e;
    }
  }

  /** By rank. */
  List<NcclCarrier> carriers() {
    return List.copyOf(carriers);
  }

  private void join(Memory handles, List<? extends RankStaging> stagings) {
    var id = new byte[NcclLibrary.ID_BYTES];
    require("ncclGetUniqueId", library.uniqueId(id));
    require("ncclGroupStart", library.startGroup());
    int result = NcclLibrary.SUCCESS;
    for (int rank = 0; rank < context.ranks() && going(result); rank++) {
      stagings.get(rank).enter();
      long at = Pointer.nativeValue(handles) + (long) rank * Long.BYTES;
      result = library.init(at, context.ranks(), id, rank);
    }
    int end = library.endGroup();
    require("ncclCommInitRankConfig", result);
    require("ncclGroupEnd", end);
  }

  private static boolean going(int result) {
    return result == NcclLibrary.SUCCESS || result == NcclLibrary.IN_PROGRESS;
  }

  private void require(String call, int result) {
    if (!going(result)) {
      throw failure(call, result, 0);
    }
  }

  /** What to throw for an error of NCCL's. */
  FarsightException failure(String call, int result, long communicator) {
    String details = library.lastError(communicator);
    return new FarsightException(
        String.format(
            Locale.ROOT,
            "NCCL: %s failed: %s (%d)%s; NCCL_DEBUG=WARN in the environment tells more",
            call,
            library.error(result),
            result,
            details.isEmpty() ? "" : ": " + details));
  }

  private void awaitConnected(Duration timeout) {
    long begun = System.nanoTime();
    for (NcclCarrier carrier : carriers) {
      while (!carrier.ready("ncclCommInitRankConfig")) {
        LockSupport.parkNanos(PARK);
        if (System.nanoTime() - begun > timeout.toNanos()) {
          throw new FarsightException(
              String.format(
                  Locale.ROOT,
                  "group %s: NCCL did not connect %s within %d s; NCCL_DEBUG=INFO in the environment tells more; see sharding.nccl.connect-timeout, or choose sharding.collective = threads",
                  context.group(),
                  context.name(carrier.rank()),
                  timeout.toSeconds()));
        }
        if (Thread.currentThread().isInterrupted()) {
          throw new FarsightException("group " + context.group() + ": connecting was interrupted");
        }
      }
    }
  }

  /**
   * A rank leaves. The last one frees everything.
   *
   * @param broken whether the group has failed
   */
  synchronized void left(boolean broken) {
    failed |= broken;
    if (++closed < carriers.size()) {
      return;
    }
    Closing.all(
        () -> Closing.all(failed ? aborting() : new AutoCloseable[] {this::finish}),
        () ->
            Closing.all(carriers.stream().map(NcclCarrier::staging).toArray(AutoCloseable[]::new)));
  }

  private AutoCloseable[] aborting() {
    return carriers.stream().<AutoCloseable>map(each -> each::abort).toArray(AutoCloseable[]::new);
  }

  private void finish() {
    carriers.forEach(NcclCarrier::finish);
    long begun = System.nanoTime();
    for (NcclCarrier carrier : carriers) {
      while (!carrier.finished() && System.nanoTime() - begun < LONGEST_FAREWELL.toNanos()) {
        LockSupport.parkNanos(PARK);
      }
    }
    carriers.forEach(NcclCarrier::destroy);
  }
}
