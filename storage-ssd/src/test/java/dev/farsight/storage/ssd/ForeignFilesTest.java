package dev.farsight.storage.ssd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.farsight.api.FarsightException;
import dev.farsight.api.store.RowStore;
import dev.farsight.api.store.StoreSpec;
import dev.farsight.testkit.store.StoreComparison;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store deletes, follows and overwrites nothing that is not proved its own. */
class ForeignFilesTest {

  private static final SsdStoreFactory FACTORY = new SsdStoreFactory();

  @TempDir Path folder;

  private static Map<String, String> files(Path folder) throws IOException {
    var files = new TreeMap<String, String>();
    try (var all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(
            folder.relativize(file).toString(),
            file.toString().endsWith(".map") && Files.size(file) > 100
                ? "map of " + Files.size(file)
                : new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return files;
  }

  private void assertRefusedUnchanged(Path directory, String... words) throws IOException {
    Map<String, String> before = files(directory);
    before.remove("lock");
    assertThatThrownBy(() -> FACTORY.open(SsdRig.spec(directory)))
        .isInstanceOf(FarsightException.class)
        .hasMessageContainingAll(words);
    Map<String, String> after = files(directory);
    after.remove("lock");
    assertThat(after).isEqualTo(before);
  }

  @Test
  void filesOfOthersAreKeptAndRefused() throws IOException {
    Files.writeString(folder.resolve("rows-2024.map"), "of a survey");
    Files.writeString(folder.resolve("written.rows.bak"), "of someone");
    Files.writeString(folder.resolve("rows-0.map.old"), "of a survey");
    assertRefusedUnchanged(folder, "rows-2024.map", "no store.json", "storage.ssd.path");
    Files.delete(folder.resolve("rows-2024.map"));
    SsdRig.open(folder).close();
    assertThat(folder.resolve("written.rows.bak")).hasContent("of someone");
    assertThat(folder.resolve("rows-0.map.old")).hasContent("of a survey");
  }

  @Test
  void aStoreWhoseDescriptionIsLostIsKept() throws IOException {
    Path meta = folder.resolve("store.json");
    StoreComparison comparison;
    try (RowStore store = SsdRig.open(folder)) {
      comparison = new StoreComparison(store, 4);
      comparison.write(LongStream.range(0, 500).toArray());
    }
    Path kept = Files.move(meta, folder.resolve("kept.json"));
    assertRefusedUnchanged(folder, folder.toString(), "no store.json", "restore");
    Files.move(kept, meta);
    try (RowStore store = SsdRig.open(folder)) {
      comparison.over(store).verify(LongStream.range(0, 8000).toArray());
    }
  }

  @Test
  void onlyWhatTheListNamesIsDeletedOfAStoreNotMadeToItsEnd() throws IOException {
    Making.begin(folder, List.of("rows-0.map", "rows-1.map"));
    Files.writeString(folder.resolve("rows-0.map"), "half a map");
    Files.writeString(folder.resolve("rows-7.map"), "of others");
    Files.writeString(folder.resolve("notes"), "of others");
    assertThatThrownBy(() -> SsdRig.open(folder)).hasMessageContaining("rows-7.map");
    assertThat(folder.resolve("rows-7.map")).hasContent("of others");
    Files.delete(folder.resolve("rows-7.map"));
    SsdRig.open(folder).close();
    assertThat(folder.resolve("notes")).hasContent("of others");
    assertThat(folder.resolve("store.making")).doesNotExist();
    assertThat(folder.resolve("rows-2.map")).exists();
  }

  /** Killed when all was made but the list not yet deleted. */
  @Test
  void aStoreThatIsMadeLosesItsListAndNothingElse() {
    StoreComparison comparison;
    try (RowStore store = SsdRig.open(folder)) {
      comparison = new StoreComparison(store, 8);
      comparison.write(1, 2, 3);
    }
    Making.begin(folder, List.of("rows-0.map", "rows-1.map", "rows-2.map"));
    try (RowStore store = SsdRig.open(folder)) {
      assertThat(store.identity().orElseThrow().created()).isFalse();
      comparison.over(store).verify(1, 2, 3, 4);
    }
    assertThat(folder.resolve("store.making")).doesNotExist();
  }

  @Test
  void aListThatNamesOtherFilesDeletesNothing() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    Path directory = Files.createDirectory(folder.resolve("store"));
    for (String name :
        new String[] {"../victim", "notes", "rows-1.map/../../victim", victim.toString()}) {
      Files.writeString(
          directory.resolve("store.making"), "{\"maps\":[\"rows-0.map\",\"" + name + "\"]}");
      Files.writeString(directory.resolve("rows-0.map"), "half a map");
      Files.writeString(directory.resolve("notes"), "of others");
      assertRefusedUnchanged(directory, "store.making", "is damaged");
      assertThat(victim).hasContent("precious");
    }
  }

  @Test
  void aLockOfOthersIsNotOverwritten() throws IOException {
    Path lock = Files.writeString(folder.resolve("lock"), "the key is under the mat");
    assertThatThrownBy(() -> SsdRig.open(folder))
        .isInstanceOf(FarsightException.class)
        .hasMessageContainingAll(folder.toString(), "lock exists and is not a lock of Farsight");
    assertThat(lock).hasContent("the key is under the mat");
  }

  @Test
  void linksAreNotFollowed() throws IOException {
    Path directory = folder.resolve("store");
    Path outside = Files.createDirectory(folder.resolve("outside"));
    for (String name : new String[] {"store.json", "rows-1.map", "written.rows", "lock"}) {
      if (!Files.exists(directory.resolve("store.json"))) {
        SsdRig.open(directory).close();
      }
      Path moved = Files.move(directory.resolve(name), outside.resolve(name));
      Files.createSymbolicLink(directory.resolve(name), moved);
      Map<String, String> before = files(outside);
      assertThatThrownBy(() -> FACTORY.openReader(SsdRig.spec(directory)))
          .as(name)
          .isInstanceOf(FarsightException.class)
          .hasMessageContaining(directory.toString());
      if (!name.equals("written.rows")) {
        assertThatThrownBy(() -> SsdRig.open(directory))
            .as(name)
            .isInstanceOf(FarsightException.class)
            .hasMessageContaining(directory.toString());
      }
      assertThat(files(outside)).as(name).isEqualTo(before);
      Files.delete(directory.resolve(name));
      Files.move(moved, directory.resolve(name));
    }
  }

  @Test
  void theSecondNameOfAWriteIsNotFollowedEither() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "precious");
    Path directory = Files.createDirectory(folder.resolve("store"));
    Files.createSymbolicLink(directory.resolve("store.json.partial"), victim);
    SsdRig.open(directory).close();
    assertThat(victim).hasContent("precious");
    assertThat(directory.resolve("store.json")).isRegularFile();
  }

  @Test
  void resumingAndReadingMakeNothingWhereTheStoreWas() throws IOException {
    Path before = folder.resolve("before");
    Path after = folder.resolve("after");
    StoreComparison comparison;
    try (RowStore store = SsdRig.open(before)) {
      comparison = new StoreComparison(store, 5);
      comparison.write(1, 2, 3);
    }
    Files.move(before, after);
    StoreSpec gone = SsdRig.spec(before);
    assertThatThrownBy(() -> FACTORY.reopen(gone))
        .hasMessageContainingAll(before.toString(), "moved");
    assertThatThrownBy(() -> FACTORY.openReader(gone)).hasMessageContaining("holds no store");
    assertThat(before).doesNotExist();
    try (RowStore store = FACTORY.reopen(SsdRig.spec(after))) {
      assertThat(store.identity().orElseThrow().created()).isFalse();
      comparison.over(store).verify(1, 2, 3, 4);
    }
  }

  /** A mount, because permissions mean nothing to root. */
  @Test
  @Timeout(60)
  void aDiskThatCannotBeWrittenToIsRead() throws Exception {
    Path mount = Files.createDirectory(folder.resolve("ro"));
    assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=8m", "none", mount.toString()));
    try {
      StoreComparison comparison;
      try (RowStore store = SsdRig.open(mount)) {
        comparison = new StoreComparison(store, 6);
        comparison.write(LongStream.range(0, 300).toArray());
      }
      Files.delete(mount.resolve("lock"));
      assertThat(run("mount", "-o", "remount,ro", mount.toString())).isTrue();
      try (var reader = FACTORY.openReader(SsdRig.spec(mount))) {
        var rows = SsdRig.buffer(300);
        reader.read(LongStream.range(0, 300).toArray(), 0, 300, rows, 0).await();
        assertThat(reader.rowsHeld()).isEqualTo(300);
      }
      assertThat(mount.resolve("lock")).doesNotExist();
    } finally {
      System.gc(); // unmaps what the reader had mapped
      assertThat(run("umount", "-l", mount.toString())).isTrue();
    }
  }

  private static boolean run(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
  }
}
