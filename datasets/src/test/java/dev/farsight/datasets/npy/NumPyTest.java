package dev.farsight.datasets.npy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.farsight.api.data.DataSource;
import dev.farsight.datasets.Opened;
import dev.farsight.datasets.prepare.Job;
import dev.farsight.datasets.prepare.Preparation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What NumPy writes is read, and NumPy reads what is written here. */
class NumPyTest {

  @TempDir Path folder;

  private String python(String script) throws Exception {
    Path out = folder.resolve("out.txt");
    Process process;
    try {
      process =
          new ProcessBuilder("python3", "-c", "import numpy as np\n" + script)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
    } catch (IOException e) {
      assumeTrue(false, "no python3 here");
      return "";
    }
    assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
    String printed = Files.readString(out);
    assumeTrue(!printed.contains("No module named 'numpy'"), "no numpy here");
    assertThat(process.exitValue()).as(printed).isZero();
    return printed;
  }

  @Test
  void allTypesAndVersions() throws Exception {
    python(
        """
        for kind in ['<f4', '<f8', '<i4', '<i8', '|i1', '|u1', '|b1']:
            a = (np.arange(60) % (2 if kind == '|b1' else 100)).astype(kind)
            for version in [(1, 0), (2, 0), (3, 0)]:
                for shape in [(60,), (60, 1), (20, 3)]:
                    name = f'{kind[1:]}-{version[0]}-{len(shape)}-{shape[0]}.npy'
                    with open(name, 'wb') as f:
                        np.lib.format.write_array(f, a.reshape(shape), version)
        """);
    for (String kind : List.of("f4", "f8", "i4", "i8", "i1", "u1", "b1")) {
      for (int version = 1; version <= 3; version++) {
        for (String shape : List.of("1-60", "2-60", "2-20")) {
          NpyArray array =
              NpyArray.open(folder.resolve(kind + "-" + version + "-" + shape + ".npy"));
          assertThat(array.rows()).isEqualTo(shape.endsWith("20") ? 20 : 60);
          assertThat(array.columns()).isEqualTo(shape.endsWith("20") ? 3 : 1);
          for (int i = 0; i < 60; i++) {
            assertThat(array.doubleAt(i)).isEqualTo(kind.equals("b1") ? i % 2 : i);
          }
        }
      }
    }
  }

  @Test
  void whatCannotBeRead() throws Exception {
    python(
        """
        a = np.arange(12).reshape(4, 3)
        np.save('fortran.npy', np.asfortranarray(a))
        np.save('big.npy', a.astype('>i4'))
        np.save('half.npy', a.astype('f2'))
        np.save('object.npy', np.array([None, 1]), allow_pickle=True)
        np.save('record.npy', np.zeros(3, dtype=[('a', 'i4'), ('b', 'f4')]))
        np.save('deep.npy', a.reshape(2, 2, 3))
        np.save('scalar.npy', np.float32(3))
        np.save('text.npy', np.array(['ab', 'c']))
        """);
    for (String name :
        List.of("fortran", "big", "half", "object", "record", "deep", "scalar", "text")) {
      Path file = folder.resolve(name + ".npy");
      NpyDamageTest.assertRefused(
          () -> {
            NpyArray.open(file);
            return () -> {};
          },
          file + ": ");
    }
  }

  @Test
  void archivesOfMultiHotFeatures() throws Exception {
    String printed =
        python(
            """
            r = np.random.RandomState(1)
            sizes = [1, 3, 2]
            for day in range(2):
                bags = {str(f): r.randint(0, 50, (40, h)).astype(np.int32) for f, h in enumerate(sizes)}
                np.savez(f'day_{day}_sparse_multi_hot.npz', **bags)
                labels = r.randint(0, 2, 40)
                np.save(f'day_{day}_labels.npy', labels.astype(np.float32).reshape(-1, 1))
                for i in range(40):
                    print(labels[i], *[list(map(int, bags[str(f)][i])) for f in range(3)], sep=';')
            """);
    String conf =
        "path = \"%s/day_*\", eval-fraction = 0, npy.cardinalities = [50, 50, 50]"
            .formatted(folder);
    try (DataSource source = new NpyFactory().open(Opened.context("npy", conf, 1, 2))) {
      List<String> read =
          Opened.bagRows(source.train(0), 17).stream()
              .map(
                  row ->
                      (int) row.label()
                          + ";"
                          + row.bags().get(0)
                          + ";"
                          + row.bags().get(1)
                          + ";"
                          + row.bags().get(2))
              .toList();
      assertThat(read).isEqualTo(printed.lines().toList());
    }
    python(
        "np.savez_compressed('day_0_sparse_multi_hot.npz', **{'0': np.zeros((40, 1), np.int32)})");
    NpyDamageTest.assertRefused(
        () -> new NpyFactory().open(Opened.context("npy", conf, 1, 2)),
        folder.resolve("day_0_sparse_multi_hot.npz") + ": 0.npy: is compressed");
  }

  /** Two arrays, the second one beyond 4 GiB. What is nothing but zeros becomes a hole. */
  @Test
  @Tag("nightly")
  void archivesBeyondFourGibibytes() throws Exception {
    python(
        """
        import struct, zipfile
        class Sparse:
            def __init__(self, name): self.f = open(name, 'w+b')
            def write(self, b):
                n = len(b)
                if n >= 4096 and bytes(b).count(0) == n:
                    self.f.seek(n, 1)
                else:
                    self.f.write(b)
                return n
            def __getattr__(self, name): return getattr(self.f, name)
        rows = (1 << 30) + 5
        sparse = Sparse('large.npz')
        np.savez(sparse, large=np.broadcast_to(np.int32(0), (rows, 1)), small=np.arange(7, dtype=np.int32))
        entry = zipfile.ZipFile(sparse.f).getinfo('large.npy')
        assert entry.file_size > 1 << 32
        sparse.f.seek(entry.header_offset + 26)
        skipped = sum(struct.unpack('<HH', sparse.f.read(4)))
        start = entry.header_offset + 30 + skipped + entry.file_size - 4 * rows
        for row in [0, 1, (1 << 30) - 1, 1 << 30, rows - 1]:
            sparse.f.seek(start + 4 * row)
            sparse.f.write(struct.pack('<i', row % 1000003 + 1))
        sparse.f.close()
        """);
    var npz = new NpzFile(folder.resolve("large.npz"));
    NpyArray large = npz.array("large.npy");
    long rows = (1L << 30) + 5;
    assertThat(large.rows()).isEqualTo(rows);
    for (long row : new long[] {0, 1, (1L << 30) - 1, 1L << 30, rows - 1}) {
      assertThat(large.longAt(row)).isEqualTo(row % 1_000_003 + 1);
    }
    assertThat(large.longAt(2)).isZero();
    NpyArray small = npz.array("small.npy");
    assertThat(small.rows()).isEqualTo(7);
    assertThat(small.longAt(6)).isEqualTo(6);
  }

  /** The names and arrays of the field's tools. */
  @Test
  void readsPreparedData() throws Exception {
    var job = new Job("1", "random", Map.of(), 1, 100, new TreeMap<>());
    try (var source = new RandomSource(RandomSource.EVERYTHING, 30, 40);
        var preparation = Preparation.open(folder.resolve("prepared"), job)) {
      preparation.write(source, 7, rows -> {}, () -> false);
      String printed =
          python(
              """
              d = np.load('prepared/train-00000_dense.npy')
              l = np.load('prepared/train-00000_labels.npy')
              z = np.load('prepared/train-00000_sparse_multi_hot.npz')
              assert d.shape == (30, 3) and d.dtype == np.float32 and l.shape == (30, 1)
              for i in range(30):
                  o = z['1_offsets'][i:i + 2]
                  w = z['3_weights'][z['3_offsets'][i]:z['3_offsets'][i + 1]]
                  print(float(d[i, 2]), l[i, 0], list(map(int, z['2'][i])), list(map(int, z['1_values'][o[0]:o[1]])), list(map(float, w)), list(map(float, z['4_weights'][i])))
              """);
      List<Opened.BagRow> rows = Opened.bagRows(source.train(0), 30);
      List<String> lines = printed.lines().toList();
      assertThat(lines).hasSize(30);
      IntStream.range(0, 30)
          .forEach(
              i -> {
                Opened.BagRow row = rows.get(i);
                String[] line = lines.get(i).split(" ", 2);
                assertThat((float) Double.parseDouble(line[0])).isEqualTo(row.dense().get(2));
                assertThat(line[1])
                    .isEqualTo(
                        (int) row.label()
                            + " "
                            + row.bags().get(2)
                            + " "
                            + row.bags().get(1)
                            + " "
                            + doubles(row.weights().get(3))
                            + " "
                            + doubles(row.weights().get(4)));
              });
    }
  }

  /** As Python prints them, which has no floats of 32 bits. */
  private static List<Double> doubles(List<Float> floats) {
    return floats.stream().map(Float::doubleValue).toList();
  }
}
