package dev.farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.farsight.engine.export.Export;
import dev.farsight.engine.model.NpyFormat;
import dev.farsight.engine.plugin.Components;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {

  private static final int DIM = 6;

  @TempDir Path folder;

  private final Components builtIn = TestRun.builtIn();

  private TestRun run(Components components, String checkpoints) {
    return new TestRun(folder)
        .components(components)
        .set(
            "optimizer.type=rowwise-adagrad",
            "cache.size=\"10%\"",
            "model.save=true",
            "checkpoint.every=30 steps",
            "checkpoint.keep=5",
            "checkpoint.directory=" + folder.resolve(checkpoints),
            "train.max-steps=100");
  }

  private Path export(Components components, String from, Optional<Path> since, String to) {
    Path target = folder.resolve(to);
    new Export(new TestRun(folder).config(), components)
        .write(folder.resolve(from), since, target, new NpyFormat());
    return target;
  }

  private static Map<String, List<Byte>> files(Path folder) throws IOException {
    Map<String, List<Byte>> files = new TreeMap<>();
    try (var all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        var boxed = new Byte[bytes.length];
        Arrays.setAll(boxed, i -> bytes[i]);
        files.put(folder.relativize(file).toString(), List.of(boxed));
      }
    }
    return files;
  }

  /** Weights of a table's exported rows, by row index. */
  private static Map<Integer, List<Float>> rows(Path export, String table) throws IOException {
    ByteBuffer index = content(export.resolve("rows/" + table + ".index.npy"));
    ByteBuffer weight = content(export.resolve("rows/" + table + ".weight.npy"));
    Map<Integer, List<Float>> rows = new TreeMap<>();
    while (index.hasRemaining()) {
      var values = new Float[DIM];
      Arrays.setAll(values, d -> weight.getFloat());
      rows.put(index.getInt(), List.of(values));
    }
    return rows;
  }

  private static ByteBuffer content(Path npy) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(npy)).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.position(10 + bytes.getShort(8));
  }

  @Test
  void theLastCheckpointIsTheModel() throws IOException {
    TestRun run = run(builtIn, "c");
    run.train();
    Path fromCheckpoint = export(builtIn, "c", Optional.empty(), "out");
    Path model = run.directory().resolve("model");
    assertThat(files(fromCheckpoint)).isEqualTo(files(model));
    Path fromModel = export(builtIn, model.toString(), Optional.empty(), "again");
    assertThat(files(fromModel)).isEqualTo(files(model));
    assertThatThrownBy(() -> export(builtIn, "c", Optional.empty(), "out"))
        .hasMessageContaining("already exists");
    assertThatThrownBy(() -> export(builtIn, "nothing", Optional.empty(), "out2"))
        .hasMessageContaining("contains no checkpoint");
  }

  @Test
  void anEarlierCheckpointInAPersistentStoreHasItsOwnRows() throws IOException {
    run(builtIn, "memory").train();
    Components persistent = new FileStores(folder.resolve("rows")).in(builtIn);
    run(persistent, "file").train();
    for (String step : List.of("step-000000000030", "step-000000000060", "step-000000000100")) {
      Path memory = export(builtIn, "memory/" + step, Optional.empty(), "memory-" + step);
      Path file = export(persistent, "file/" + step, Optional.empty(), "file-" + step);
      assertThat(files(file)).as(step).isEqualTo(files(memory));
    }
  }

  @Test
  void sinceExportsOnlyTheRowsThatDiffer() throws IOException {
    for (boolean persistent : List.of(false, true)) {
      String name = persistent ? "file" : "memory";
      Components components =
          persistent ? new FileStores(folder.resolve("rows")).in(builtIn) : builtIn;
      run(components, name).train();
      Path before = folder.resolve(name + "/step-000000000060");
      Path old = export(components, before.toString(), Optional.empty(), name + "-old");
      Path now = export(components, name, Optional.empty(), name + "-now");
      Path delta = export(components, name, Optional.of(before), name + "-delta");
      int changed = 0;
      for (String table : List.of("C1", "C3", "C5")) {
        var expected = new TreeMap<>(rows(now, table));
        var same = rows(old, table);
        expected.entrySet().removeIf(row -> row.getValue().equals(same.get(row.getKey())));
        assertThat(rows(delta, table)).as("%s of store %s", table, name).isEqualTo(expected);
        changed += expected.size();
        assertThat(expected.size()).isLessThanOrEqualTo(rows(now, table).size());
      }
      assertThat(changed).isPositive();
    }
  }

  /** The store was killed, its file damaged, and a recovery left out what it could not read. */
  @Test
  void rowsThatAStoreHasLostAreNotExportedAsInitialOnes() throws IOException {
    Path rows = folder.resolve("rows");
    TestRun run =
        run(builtIn, "c")
            .set("storage.backend=ssd", "storage.ssd.path=" + rows, "storage.ssd.maps=1");
    run.train();
    Export export = new Export(run.config(), builtIn);
    export.write(folder.resolve("c"), Optional.empty(), folder.resolve("whole"), new NpyFormat());
    Files.delete(rows.resolve("written.rows"));
    Path map = rows.resolve("rows-0.map");
    byte[] bytes = Files.readAllBytes(map);
    for (int at = bytes.length / 2; at < bytes.length; at += 100) {
      bytes[at] ^= 1;
    }
    Files.write(map, bytes);
    assertThatThrownBy(() -> run.set("train.max-steps=200").resume())
        .hasMessageContainingAll(rows.toString(), "cannot be resumed");
    assertThatThrownBy(
            () ->
                export.write(
                    folder.resolve("c"), Optional.empty(), folder.resolve("out"), new NpyFormat()))
        .hasMessageContainingAll(rows.toString(), "has lost rows");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aStoreThatWasMovedIsNotMadeAnewWhereItWas() throws IOException {
    Path rows = folder.resolve("rows");
    TestRun run = run(builtIn, "c").set("storage.backend=ssd", "storage.ssd.path=" + rows);
    run.train();
    Files.move(rows, folder.resolve("moved"));
    assertThatThrownBy(() -> run.set("train.max-steps=200").resume())
        .hasMessageContainingAll(rows.toString(), "holds no store", "moved");
    assertThatThrownBy(() -> export(builtIn, "c", Optional.empty(), "out"))
        .hasMessageContainingAll(rows.toString(), "holds no store");
    assertThat(rows).doesNotExist();
    run.set("storage.ssd.path=" + folder.resolve("moved")).resume();
  }
}
