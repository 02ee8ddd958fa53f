package dev.farsight.cache.lfu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.farsight.api.FarsightException;
import dev.farsight.api.cache.SlotBatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreNotesTest {

  private static final long OCTAVE = 1L << Scores.POINT;
  private static final long STEP = OCTAVE / 4;

  @ParameterizedTest
  @ValueSource(ints = {255, 1023, 1500, 32767})
  void givesAScoreBackToWithinAStep(int maxNote) {
    var random = new Random(maxNote);
    var notes = new ScoreNotes(maxNote);
    long reach = (Integer.highestOneBit(maxNote + 1) / 4 - 22) * OCTAVE;
    for (int i = 0; i < 10_000; i++) {
      long now = random.nextLong() >>> 8;
      long leaves = now - (long) (random.nextDouble() * reach / 2);
      long score = leaves + 20 * OCTAVE - (long) (random.nextDouble() * reach / 2);
      int note = notes.note(score, leaves);
      assertThat(note).isBetween(1, maxNote);
      assertThat(notes.score(note, now)).isCloseTo(score, within(3 * STEP / 2));
    }
  }

  @Test
  void whatIsTooOldOrWasNeverLookedUpIsNotNoted() {
    var notes = new ScoreNotes(1023);
    long now = 1L << 45;
    assertThat(notes.note(now - 200 * OCTAVE, now)).isPositive();
    assertThat(notes.note(now - 300 * OCTAVE, now)).isZero();
    assertThat(notes.note(Scores.NONE, now)).isZero();
    assertThat(notes.score(0, now)).isEqualTo(Scores.NONE);
  }

  @Test
  void keepsThemInTheRowsNotes() {
    var notes = new ScoreNotes(1023);
    var rows = new SlotBatch(3);
    for (int i = 0; i < 3; i++) {
      rows.add(i, 7 + i, 0, SlotBatch.UNKNOWN, 0);
    }
    notes.put(rows, 1, 2, new long[] {40 * OCTAVE, Scores.NONE}, 41 * OCTAVE);
    long[] scores = new long[3];
    notes.take(rows, 0, 3, scores, 45 * OCTAVE);
    assertThat(scores[0]).isEqualTo(Scores.NONE);
    assertThat(scores[1]).isCloseTo(40 * OCTAVE, within(STEP));
    assertThat(scores[2]).isEqualTo(Scores.NONE);
  }

  @Test
  void countsInATableOfGhostsAreNotTakenForIts() throws IOException {
    var bytes = new ByteArrayOutputStream();
    new Ghosts(4).save(new DataOutputStream(bytes));
    var in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    assertThatThrownBy(() -> new ScoreNotes(1023).restore(in))
        .isInstanceOf(FarsightException.class)
        .hasMessage("saved with counts of 4 evicted rows, not with notes");
  }
}
