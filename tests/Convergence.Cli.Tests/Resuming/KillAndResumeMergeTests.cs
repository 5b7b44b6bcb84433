using System.Diagnostics;
using Convergence.Cli.Tests.Support;
using Convergence.Evolution.Randomness;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Resuming;

/// <summary>Merges that are killed without warning end with the bytes of one that nobody touched.</summary>
public sealed class KillAndResumeMergeTests
{
    private const int KillCount = 10;

    private static readonly TinyModelOptions Options = new()
    {
        VocabularySize = 2000,
        HiddenSize = 256,
        IntermediateSize = 512,
        LayerCount = 6,
    };

    [Test]
    public void Kill_AtRandomMoments_EndsWithTheSameBytes()
    {
        using var directory = new TemporaryDirectory();
        WriteModels(directory);
        var watch = Stopwatch.StartNew();
        var whole = Run(directory, "expected");
        var duration = watch.Elapsed;
        Assert.That(whole.ExitCode, Is.Zero, whole.ToString());

        var random = new SearchRandom(21);
        var (kills, merges, reused) = (0, 0, 0);
        while (kills < KillCount)
        {
            merges++;
            Assert.That(merges, Is.LessThanOrEqualTo(40), "the merges end too fast to be killed often enough");
            var output = $"out-{merges}";
            while (true)
            {
                using var process = Start(directory, output);
                if (kills < KillCount && process.KillAfter(duration * (0.3 + (0.7 * random.NextDouble()))))
                {
                    // Renaming is the last step: what has the final name is complete even so.
                    kills++;
                    if (Directory.Exists(directory.Combine(output)))
                    {
                        break;
                    }

                    continue;
                }

                var result = process.Wait();
                Assert.That(result.ExitCode, Is.Zero, result.ToString());
                reused += result.Output.Contains("resumed after", StringComparison.Ordinal) ? 1 : 0;
                break;
            }

            AssertSame(directory, output);
        }

        Assert.That(Directory.GetFileSystemEntries(directory.Path, ".*"), Is.Empty);
        TestContext.Out.WriteLine(
            $"{kills} kills in {merges} merges of about {duration.TotalSeconds:0.0} s; {reused} went on after finished files");
    }

    private static CliProcess Start(TemporaryDirectory directory, string output) =>
        CliProcess.Start(directory.Path, "merge", "recipe.yaml", "-o", output, "--shard-size", "1MB");

    private static CliResult Run(TemporaryDirectory directory, string output)
    {
        using var process = Start(directory, output);
        return process.Wait();
    }

    private static void WriteModels(TemporaryDirectory directory)
    {
        TinyModels.Write(directory.Combine("base"), Options, seed: 1);
        TinyModels.WriteSpecialist(directory.Combine("a"), Options, baseSeed: 1, seed: 2);
        TinyModels.WriteSpecialist(directory.Combine("b"), Options, baseSeed: 1, seed: 3);
        File.WriteAllText(
            directory.Combine("recipe.yaml"),
            """
            merge_method: dare_ties
            base_model: base
            models:
              - {model: a, parameters: {weight: 0.5, density: 0.4}}
              - {model: b, parameters: {weight: 0.7, density: 0.6}}
            """);
    }

    private static void AssertSame(TemporaryDirectory directory, string output)
    {
        var expected =
            Directory.GetFiles(directory.Combine("expected")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal).ToList();
        Assert.That(
            Directory.GetFiles(directory.Combine(output)).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal),
            Is.EqualTo(expected));
        foreach (var file in expected.Where(file => file != "README.md"))
        {
            var same = File.ReadAllBytes(directory.Combine(output, file))
                .AsSpan()
                .SequenceEqual(File.ReadAllBytes(directory.Combine("expected", file)));
            Assert.That(same, $"{output}/{file}");
        }
    }
}
