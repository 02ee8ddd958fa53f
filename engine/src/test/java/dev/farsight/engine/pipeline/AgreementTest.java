package dev.farsight.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Processes that read ahead by different amounts end a phase after the same batch. */
class AgreementTest {

  private static final int BATCHES = 5;

  /** A process of a simulation: it reads batches and, when all have, is told all wishes. */
  private static final class Simulated {
    final Agreement agreement;
    final PhaseState state;
    final long first;
    long read;
    long told;

    Simulated(int number, long first) {
      agreement = new Agreement(BATCHES, number == 0);
      this.first = first;
      state = new PhaseState(new NoPhase(), first, 1);
      agreement.begin();
    }

    boolean reads(boolean pauseDue) {
      // The memory of a batch is free once the one that used it before is done.
      if (first + read >= state.end() || read >= told + BATCHES) {
        return false;
      }
      agreement.read(first + read++, () -> pauseDue);
      return true;
    }
  }

  @Test
  void allEndAfterTheSameBatch() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int round = 0; round < 1000; round++) {
      String what = "seed " + seed + ", round " + round;
      var processes = new Simulated[2 + random.nextInt(3)];
      for (int p = 0; p < processes.length; p++) {
        processes[p] = new Simulated(p, random.nextInt(1000));
      }
      List<Long> wishes = new ArrayList<>();
      boolean pause = random.nextBoolean();
      int wishAt = random.nextInt(40);
      int wisher = random.nextInt(processes.length);
      for (int tick = 0; tick < 400; tick++) {
        if (tick == wishAt && !pause) {
          processes[wisher].agreement.stop();
        }
        Simulated one = processes[random.nextInt(processes.length)];
        one.reads(pause && tick >= wishAt);
        tell(processes, wishes, random);
      }
      for (Simulated process : processes) {
        assertThat(process.agreement.stops()).as(what).isEqualTo(!pause);
        assertThat(process.agreement.pauses()).as(what).isEqualTo(pause);
        assertThat(process.read).as(what).isEqualTo(processes[0].read);
        assertThat(process.first + process.read).as(what).isEqualTo(process.state.end());
      }
    }
  }

  /** Tells some processes what all wish as of their next batch, if all have read it. */
  private static void tell(Simulated[] processes, List<Long> wishes, Random random) {
    for (Simulated process : processes) {
      int n = (int) process.told;
      if (random.nextInt(4) == 0 || Arrays.stream(processes).anyMatch(other -> other.read <= n)) {
        continue;
      }
      if (wishes.size() == n) {
        long all = 0;
        for (Simulated other : processes) {
          all |= other.agreement.wish(other.first + n);
        }
        wishes.add(all);
      }
      process.agreement.decide(process.first + n, wishes.get(n), process.state);
      process.told++;
    }
  }
}
