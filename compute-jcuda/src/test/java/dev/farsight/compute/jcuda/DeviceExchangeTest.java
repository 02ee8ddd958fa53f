package dev.farsight.compute.jcuda;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.farsight.api.collective.Collective;
import dev.farsight.api.collective.CollectiveException;
import dev.farsight.api.collective.DeviceExchange;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values from device to device, over an NCCL whose devices are memory of the host. */
@Timeout(60)
class DeviceExchangeTest {

  private static final int ROUNDS = 30;

  private final MemoryNccl nccl = new MemoryNccl();

  private List<Collective> connect(int ranks) {
    var factory =
        new NcclFactory(
            () -> nccl, (gpu, rank, count) -> new MemoryStaging(nccl, gpu, rank, count));
    return NcclRanks.connect(factory, ranks, Duration.ofSeconds(20));
  }

  /** What all ranks send in a round: values of rank p for rank q. */
  private static float[][][] draw(Random random, int ranks) {
    var values = new float[ranks][ranks][];
    for (float[][] own : values) {
      for (int to = 0; to < ranks; to++) {
        own[to] = new float[random.nextInt(4) == 0 ? 0 : random.nextInt(20_000)];
        for (int i = 0; i < own[to].length; i++) {
          own[to][i] = random.nextFloat();
        }
      }
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void piecesArriveAndNothingElseIsTouched(int ranks) throws Exception {
    long seed = 5;
    var random = new Random(seed);
    float[][][][] rounds = new float[ROUNDS][][][];
    Arrays.setAll(rounds, round -> draw(random, ranks));
    List<Collective> ends = connect(ranks);
    List<Throwable> thrown =
        NcclRanks.run(
            ends,
            end -> {
              for (int round = 0; round < ROUNDS; round++) {
                run(end, rounds[round], "seed " + seed + ", round " + round);
                // Values of the host go the same way.
                var sum = new double[] {end.rank()};
                end.allReduce(sum, 1);
                assertThat(sum[0]).isEqualTo(ranks * (ranks - 1) / 2.);
              }
            });
    assertThat(thrown).containsOnlyNulls();
    ends.forEach(Collective::close);
  }

  private static void run(Collective end, float[][][] values, String when) {
    DeviceExchange devices = end.devices().orElseThrow();
    int rank = end.rank();
    int ranks = end.ranks();
    var send = new Memory[ranks];
    var receive = new Memory[ranks];
    var sendAt = new long[ranks];
    var receiveAt = new long[ranks];
    var sendFloats = new int[ranks];
    var receiveFloats = new int[ranks];
    for (int p = 0; p < ranks; p++) {
      sendFloats[p] = values[rank][p].length;
      receiveFloats[p] = values[p][rank].length;
      send[p] = new Memory(4L * sendFloats[p] + 4);
      send[p].write(0, values[rank][p], 0, sendFloats[p]);
      receive[p] = new Memory(4L * receiveFloats[p] + 4);
      receive[p].setMemory(0, receive[p].size(), (byte) 77);
      sendAt[p] = Pointer.nativeValue(send[p]);
      receiveAt[p] = Pointer.nativeValue(receive[p]);
    }
    devices.exchange(sendAt, sendFloats, receiveAt, receiveFloats);
    float untouched = Float.intBitsToFloat(0x4D4D4D4D);
    for (int p = 0; p < ranks; p++) {
      send[p].clear();
      float[] expected = Arrays.copyOf(values[p][rank], receiveFloats[p] + 1);
      expected[receiveFloats[p]] = untouched;
      if (p == rank) {
        Arrays.fill(expected, untouched);
      }
      assertThat(receive[p].getFloatArray(0, expected.length))
          .as("%s: from rank %d to rank %d", when, p, rank)
          .isEqualTo(expected);
    }
  }

  @Test
  void differentCountsNameBothRanks() throws Exception {
    List<Collective> ends = connect(2);
    List<Throwable> thrown =
        NcclRanks.run(
            ends,
            end -> {
              int[] counts = {7, end.rank() == 0 ? 8 : 7};
              end.devices().orElseThrow().exchange(new long[2], counts, new long[2], counts);
              end.barrier();
            });
    assertThat(thrown)
        .allSatisfy(
            each ->
                assertThat(each)
                    .isInstanceOf(CollectiveException.class)
                    .hasMessageContainingAll(
                        "exchange between devices of floats (operation 1)",
                        "rank 0 (gpu 0)",
                        "rank 1 (gpu 1)"));
    ends.forEach(Collective::close);
  }
}
