using System.Buffers.Binary;
using Convergence.Evolution.Randomness;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Support;

/// <summary>
/// A whole evolution job that runs in a second or two: a random base, three specialists made from it, and texts of ready token ids that they
/// predict differently well. Nothing in it is meaningful; everything in it is real.
/// </summary>
internal static class TinyJob
{
    public static readonly TinyModelOptions Options = new() { VocabularySize = 32, HiddenSize = 16, IntermediateSize = 24, LayerCount = 2, MaxPositions = 32 };

    private static readonly string[] Specialists = ["reasoning", "memory_integration", "adaptive_computation"];

    /// <summary>Writes the models, the task data and <c>job.yaml</c> into a directory.</summary>
    /// <param name="directory">An existing directory.</param>
    /// <param name="generations">Generations to run.</param>
    /// <param name="more">Further lines of the configuration.</param>
    /// <returns>The configuration's path.</returns>
    public static string Write(string directory, int generations = 12, string more = "")
    {
        TinyModels.Write(Path.Combine(directory, "base"), Options, seed: 1);
        for (var index = 0; index < Specialists.Length; index++)
        {
            TinyModels.WriteSpecialist(Path.Combine(directory, Specialists[index]), Options, baseSeed: 1, seed: (ulong)(10 + index), deviation: 0.1);
        }

        string[] splits = ["search", "validation", "test"];
        for (var index = 0; index < splits.Length; index++)
        {
            WriteTokens(Path.Combine(directory, splits[index] + ".u16"), (ulong)(100 + index));
            File.WriteAllText(
                Path.Combine(directory, splits[index] + ".yaml"),
                $"tasks:\n  - name: tokens\n    kind: perplexity\n    data: {splits[index]}.u16\n    block_length: 16\n");
        }

        var path = Path.Combine(directory, "job.yaml");
        File.WriteAllText(path, $"""
            name: tiny
            seed: 5
            base: base
            models: [{string.Join(", ", Specialists)}]
            tasks: {"{"}search: search.yaml, validation: validation.yaml, test: test.yaml{"}"}
            generations: {generations}
            population_size: 6
            checkpoint_interval: 2
            early_stopping: false
            num_workers: 2
            speed: analytic
            {more}
            """);
        return path;
    }

    private static void WriteTokens(string path, ulong seed)
    {
        var random = new SearchRandom(seed);
        var bytes = new byte[16 * 24 * sizeof(ushort)];
        for (var index = 0; index < bytes.Length; index += sizeof(ushort))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(index), (ushort)random.Next(3, Options.VocabularySize));
        }

        File.WriteAllBytes(path, bytes);
    }
}
