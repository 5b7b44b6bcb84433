using System.Buffers.Binary;
using Convergence.Evolution.Randomness;
using Convergence.Testing;

namespace Convergence.Cli.Tests.Support;

/// <summary>
/// A whole evolution job that runs in a second or two: a random base, three specialists made from it,
/// and texts of ready token ids that they predict differently well. Nothing in it is meaningful; everything in it is real.
/// </summary>
internal static class TinyJob
{
    public static readonly TinyModelOptions Options = new()
    {
        VocabularySize = 32,
        HiddenSize = 16,
        IntermediateSize = 24,
        LayerCount = 2,
        MaxPositions = 32,
    };

    private static readonly string[] Specialists = ["reasoning", "memory_integration", "adaptive_computation"];

    /// <summary>Writes the models, the task data and the configuration into a directory.</summary>
    /// <param name="directory">An existing directory.</param>
    /// <param name="generations">Generations to run.</param>
    /// <param name="more">Further lines of the configuration.</param>
    /// <param name="checkpoints">The folder of its checkpoints.</param>
    /// <param name="fileName">The configuration's name.</param>
    /// <returns>The configuration's path.</returns>
    public static string Write(
        string directory, int generations = 12, string more = "", string checkpoints = "checkpoints", string fileName = "job.yaml")
    {
        TinyModels.Write(Path.Combine(directory, "base"), Options, seed: 1);
        for (var index = 0; index < Specialists.Length; index++)
        {
            TinyModels.WriteSpecialist(
                Path.Combine(directory, Specialists[index]), Options, baseSeed: 1, seed: (ulong)(10 + index), deviation: 0.1);
        }

        string[] splits = ["search", "validation", "test"];
        for (var index = 0; index < splits.Length; index++)
        {
            WriteTask(directory, splits[index], seed: (ulong)(100 + index));
        }

        var path = Path.Combine(directory, fileName);
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
            out: {Path.Combine(directory, "out")}
            checkpoints: {Path.Combine(directory, checkpoints)}
            {more}
            """);
        return path;
    }

    /// <summary>Writes <c>NAME.yaml</c>, a perplexity task over random tokens, and its data.</summary>
    public static void WriteTask(string directory, string name, ulong seed)
    {
        WriteTokens(Path.Combine(directory, name + ".u16"), seed);
        File.WriteAllText(
            Path.Combine(directory, name + ".yaml"),
            $"tasks:\n  - name: tokens\n    kind: perplexity\n    data: {name}.u16\n    block_length: 16\n");
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
