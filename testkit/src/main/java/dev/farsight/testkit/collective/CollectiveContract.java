package dev.farsight.testkit.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.sun.management.ThreadMXBean;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveContext;
import dev.farsight.api.collective.CollectiveException;
import dev.farsight.api.collective.CollectiveFactory;
import dev.farsight.api.config.Settings;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every collective must do, with all ranks in one process: results equal those of naive loops,
 * bit for bit, and a group in which a rank fails ends for all with that rank's name. A failure
 * names the seed. What becomes of ranks in other processes is not part of the contract.
 */
@Timeout(120)
public abstract class CollectiveContract {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(1500);

  private final List<Collective> opened = new ArrayList<>();

  /** The factory under test. */
  protected abstract CollectiveFactory factory();

  /** Its section {@code farsight.sharding.NAME}. */
  protected abstract Settings own();

  /** The most ranks that there can be on this host; up to 4 are tested, and 2 at least. */
  protected int mostRanks() {
    return 4;
  }

  /** The number by which the CUDA driver knows a rank's device; empty if it is no GPU. */
  protected OptionalInt gpu(int rank) {
    return OptionalInt.empty();
  }

  @BeforeEach
  void assumeSeveralRanks() {
    Assumptions.assumeTrue(mostRanks() > 1, "this collective has one rank at most here");
  }

  @AfterEach
  void closeAll() {
    opened.forEach(Collective::close);
  }

  private List<Collective> group(String name, int ranks, Duration timeout) {
    List<String> names = IntStream.range(0, ranks).mapToObj(rank -> "part " + rank).toList();
    List<OptionalInt> gpus = IntStream.range(0, ranks).mapToObj(this::gpu).toList();
    List<Integer> all = IntStream.range(0, ranks).boxed().toList();
    List<Collective> ends =
        factory()
            .connect(
                new CollectiveContext(own(), name, names, gpus, all, timeout, Optional.empty()));
    opened.addAll(ends);
    return ends;
  }

  /** Three ranks, or as many as there can be. */
  private int some() {
    return Math.min(3, mostRanks());
  }

  /** What messages call the last of {@link #some}. */
  private String nameOfLast() {
    int last = some() - 1;
    return "rank " + last + " (part " + last + ")";
  }

  @Test
  void endsAreInOrderAndKnowTheirNames() {
    int ranks = some();
    List<Collective> ends = group("one", ranks, LONG);
    assertThat(ends)
        .extracting(Collective::rank)
        .containsExactlyElementsOf(IntStream.range(0, ranks).boxed().toList());
    assertThat(ends).allMatch(end -> end.ranks() == ranks);
    assertThat(ends.get(0).name(1)).isEqualTo("rank 1 (part 1)");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void operationsGiveWhatNaiveLoopsGive(int ranks) throws Exception {
    Assumptions.assumeTrue(ranks <= mostRanks(), "there are not so many ranks here");
    List<Collective> ends = group("one", ranks, LONG);
    for (long seed = 1; seed <= 3; seed++) {
      run(ends, seed);
    }
  }

  @Test
  void groupsDoNotDisturbEachOther() throws Exception {
    var ends = new ArrayList<Collective>();
    ends.addAll(group("one", 2, LONG));
    ends.addAll(group("two", some(), LONG));
    List<RandomCall> ofOne = RandomCalls.of(7, 2, 60);
    List<RandomCall> ofTwo = RandomCalls.of(8, some(), 60);
    RankThreads.runAll(
        ends, end -> (ends.indexOf(end) < 2 ? ofOne : ofTwo).forEach(call -> call.run(end)));
  }

  private static void run(List<Collective> ends, long seed) throws Exception {
    List<RandomCall> calls = RandomCalls.of(seed, ends.size(), 60);
    RankThreads.runAll(
        ends,
        end -> {
          for (int call = 0; call < calls.size(); call++) {
            try {
              calls.get(call).run(end);
            } catch (RuntimeException | AssertionError e) {
              throw new AssertionError(
                  "seed %d, call %d, rank %d: %s".formatted(seed, call, end.rank(), e), e);
            }
          }
        });
  }

  /** An operation of a small group, by name. */
  private static Map<String, RankThreads.Body> operations(int ranks) {
    int[] starts = IntStream.rangeClosed(0, ranks).map(rank -> 2 * rank).toArray();
    return Map.of(
        "allToAllv",
        end -> end.allToAllv(IntBuffer.allocate(6), starts, IntBuffer.allocate(6), starts),
        "reduceScatter",
        end -> end.reduceScatter(FloatBuffer.allocate(6), starts, FloatBuffer.allocate(2)),
        "allGather",
        end -> end.allGather(FloatBuffer.allocate(2), FloatBuffer.allocate(6), starts),
        "allReduce",
        end -> end.allReduce(FloatBuffer.allocate(6), 6),
        "allReduce in pieces",
        end -> end.allReduce(FloatBuffer.allocate(100_000), 100_000),
        "allReduce of doubles",
        end -> end.allReduce(new double[3], 3),
        "allReduceMax",
        end -> end.allReduceMax(new long[3], 3),
        "broadcast",
        end -> end.broadcast(ByteBuffer.allocate(5), 5, 1),
        "barrier",
        Collective::barrier);
  }

  static Stream<String> operationNames() {
    return operations(2).keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("operationNames")
  void abortEndsTheOperationAndAllLaterOnes(String operation) throws Exception {
    int last = some() - 1;
    List<Collective> ends = group("cars", some(), LONG);
    RankThreads.Body body = operations(some()).get(operation);
    List<Throwable> thrown =
        RankThreads.run(
            ends,
            end -> {
              body.run(end);
              if (end.rank() == last) {
                end.abort("no memory");
              }
              body.run(end);
            });
    assertBlamed(thrown, last, nameOfLast(), "no memory", "cars");
    assertBlamed(RankThreads.run(ends, Collective::barrier), last, "no memory");
  }

  @Test
  void anyThreadMayAbort() throws Exception {
    List<Collective> ends = group("cars", 2, LONG);
    var aborter = new Thread(() -> ends.get(1).abort("asked to"));
    aborter.start();
    List<Throwable> thrown =
        RankThreads.run(
            ends,
            end -> {
              while (true) {
                end.barrier();
              }
            });
    aborter.join();
    assertBlamed(thrown, 1, "rank 1 (part 1)", "asked to");
  }

  @Test
  void aRankThatNeverComesIsNamed() throws Exception {
    var waiting = new ArrayList<Collective>();
    var awaited = new ArrayList<Collective>();
    var operationOf = new IdentityHashMap<Collective, RankThreads.Body>();
    int last = some() - 1;
    for (RankThreads.Body operation : operations(some()).values()) {
      List<Collective> ends = group("cars", some(), SHORT);
      waiting.addAll(ends.subList(0, last));
      awaited.add(ends.get(last));
      ends.forEach(end -> operationOf.put(end, operation));
    }
    List<Throwable> thrown = RankThreads.run(waiting, end -> operationOf.get(end).run(end));
    assertBlamed(thrown, last, nameOfLast(), "did not join", "1500 ms");
    assertBlamed(RankThreads.run(awaited, Collective::barrier), last, "1500 ms");
  }

  /** One that was given more time than the others' timeout comes in time. */
  @Test
  void aRankIsAwaitedAsLongAsPatienceLasts() throws Exception {
    List<Collective> ends = group("cars", 2, SHORT);
    ends.forEach(end -> end.patience(LONG));
    RankThreads.runAll(
        ends,
        end -> {
          if (end.rank() == 1) {
            Thread.sleep(SHORT.plusMillis(700).toMillis());
          }
          end.barrier();
        });
    ends.forEach(end -> end.patience(Duration.ofMillis(700)));
    List<Throwable> thrown = RankThreads.run(ends.subList(0, 1), Collective::barrier);
    assertBlamed(thrown, 1, "rank 1 (part 1)", "did not join", "700 ms");
  }

  @Test
  void aGroupThatDoesNothingForLongGoesOn() throws Exception {
    RankThreads.runAll(
        group("cars", 2, SHORT),
        end -> {
          end.barrier();
          Thread.sleep(SHORT.plusMillis(300).toMillis());
          end.barrier();
        });
  }

  @Test
  void differentOperationsNameBothRanks() throws Exception {
    List<Throwable> thrown =
        RankThreads.run(
            group("cars", 2, LONG),
            end -> {
              if (end.rank() == 0) {
                end.allReduce(FloatBuffer.allocate(9), 9);
              } else {
                end.broadcast(ByteBuffer.allocate(9), 7, 0);
              }
            });
    assertMismatch(thrown, "allReduce of 9 floats", "broadcast of 7 bytes");
  }

  @Test
  void differentCountsNameBothRanks() throws Exception {
    List<Throwable> thrown =
        RankThreads.run(
            group("cars", 2, LONG),
            end -> end.allReduce(FloatBuffer.allocate(200_000), end.rank() == 0 ? 9 : 200_000));
    assertMismatch(thrown, "9 floats", "200000 floats");
  }

  @Test
  void differentPiecesNameBothRanks() throws Exception {
    List<Throwable> thrown =
        RankThreads.run(
            group("cars", 2, LONG),
            end -> {
              int[] send = {0, 3, end.rank() == 0 ? 8 : 6};
              int[] receive = {0, 3, 6};
              end.allToAllv(IntBuffer.allocate(9), send, IntBuffer.allocate(9), receive);
              end.barrier(); // its sender may not see it before
            });
    assertMismatch(thrown, "sends 5 ints", "expects 3");
  }

  @Test
  void differentTypesNameBothRanks() throws Exception {
    int[] starts = {0, 1, 2};
    List<Throwable> thrown =
        RankThreads.run(
            group("cars", 2, LONG),
            end -> {
              if (end.rank() == 0) {
                end.allToAllv(IntBuffer.allocate(2), starts, IntBuffer.allocate(2), starts);
              } else {
                end.allToAllv(FloatBuffer.allocate(2), starts, FloatBuffer.allocate(2), starts);
              }
            });
    assertMismatch(thrown, "ints", "floats");
  }

  @Test
  void aWrongArgumentIsToldToAll() throws Exception {
    int[] starts = {0, 1, 2};
    List<Throwable> thrown =
        RankThreads.run(
            group("cars", 2, LONG),
            end -> {
              int[] own = end.rank() == 0 ? new int[] {0, 1} : starts;
              end.allGather(FloatBuffer.allocate(1), FloatBuffer.allocate(2), own);
            });
    assertThat(thrown.get(0)).isInstanceOf(IllegalArgumentException.class);
    assertBlamed(thrown.subList(1, 2), 0, "rank 0 (part 0)", "starts");
  }

  @Test
  void anInterruptEndsTheGroup() throws Exception {
    List<Throwable> thrown =
        RankThreads.run(
            group("cars", some(), LONG),
            end -> {
              if (end.rank() < some() - 1) {
                if (end.rank() == 0) {
                  Thread.currentThread().interrupt();
                }
                end.barrier();
              }
            });
    assertBlamed(thrown.subList(0, some() - 1), 0, "rank 0 (part 0)", "interrupted");
  }

  @Test
  void aRankThatHasLeftIsNamed() throws Exception {
    List<Throwable> thrown =
        RankThreads.run(
            group("cars", some(), LONG),
            end -> {
              int[] starts = IntStream.rangeClosed(0, some()).map(p -> 100_000 * p).toArray();
              var values = FloatBuffer.allocate(300_000);
              end.allToAllv(values, starts, FloatBuffer.allocate(300_000), starts);
              if (end.rank() == 1) {
                end.close();
                end.close();
              } else {
                end.barrier();
              }
            });
    assertThat(thrown.remove(1)).isNull();
    assertBlamed(thrown, 1, "rank 1 (part 1)", "left");
  }

  @Test
  void aClosedEndTakesNoCalls() {
    List<Collective> ends = group("cars", 2, LONG);
    ends.forEach(Collective::close);
    assertThatCode(ends.get(0)::barrier)
        .isInstanceOf(CollectiveException.class)
        .hasMessageContaining("rank 0 (part 0) was closed");
    ends.get(0).abort("too late");
  }

  @Test
  void nothingIsAllocatedInTheSteadyState() throws Exception {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int ranks = some();
    var allocated = new long[ranks];
    int[] starts = Arrays.copyOfRange(new int[] {0, 20_000, 20_000, 50_000}, 0, ranks + 1);
    starts[ranks] = 50_000;
    RankThreads.runAll(
        group("cars", ranks, LONG),
        end -> {
          FloatBuffer send = Buffers.floats(new float[150_000], true);
          FloatBuffer receive = Buffers.floats(new float[150_000], false);
          int piece = starts[end.rank() + 1] - starts[end.rank()];
          int[] from = IntStream.rangeClosed(0, ranks).map(p -> p * piece).toArray();
          FloatBuffer own = FloatBuffer.allocate(piece);
          ByteBuffer bytes = Buffers.bytes(1000, true);
          var doubles = new double[20];
          var longs = new long[20];
          for (int turn = 0; turn < 60; turn++) {
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            end.allToAllv(send, starts, receive, from);
            end.reduceScatter(send, starts, own);
            end.allGather(own, receive, starts);
            end.allReduce(send, 50_000);
            end.allReduce(doubles, 20);
            end.allReduceMax(longs, 20);
            end.broadcast(bytes, 1000, 1);
            end.barrier();
            long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            if (turn >= 30) {
              allocated[end.rank()] += after - before;
            }
          }
        });
    // The measurement itself may take a little; a call that allocates would take 30 times as much.
    assertThat(Arrays.stream(allocated).max().orElseThrow()).isLessThan(30 * 8 * 8);
  }

  private static void assertMismatch(List<Throwable> thrown, String... words) {
    assertThat(thrown)
        .allSatisfy(
            each ->
                assertThat(each)
                    .isInstanceOf(CollectiveException.class)
                    .hasMessageContainingAll("rank 0 (part 0)", "rank 1 (part 1)")
                    .hasMessageContainingAll(words));
  }

  private static void assertBlamed(List<Throwable> thrown, int rank, String... words) {
    assertThat(thrown)
        .allSatisfy(
            each -> {
              assertThat(each)
                  .isInstanceOf(CollectiveException.class)
                  .hasMessageContainingAll(words);
              assertThat(((CollectiveException) each).rank()).isEqualTo(rank);
            });
  }
}
