using System.Globalization;
using Convergence.Evolution.Randomness;

namespace Convergence.Bench.Models;

/// <summary>
/// An evolution over three random models and their base, scored on random tokens, in a folder: that the models know nothing changes
/// nothing about the time.
/// </summary>
/// <param name="Shape">The models' shape.</param>
/// <param name="GenerationCount">Generations.</param>
/// <param name="PopulationSize">Candidates of a generation.</param>
/// <param name="SearchTokenCount">Tokens on which every candidate is scored.</param>
internal sealed record TrioJob(LlamaShape Shape, int GenerationCount, int PopulationSize, int SearchTokenCount)
{
    private const int BlockLength = 256;
    private const int OtherTokenCount = 2048;

    /// <summary>The job that the product was asked to run: 50 x 8 over models of 25 M parameters, 20 000 tokens each.</summary>
    public static TrioJob TwentyFiveMillion { get; } = new(LlamaShape.TwentyFiveMillion, 50, 8, 20_000);

    /// <summary>Writes models, tokens, tasks and the job.</summary>
    /// <returns>The job's file.</returns>
    public string Write(string folder)
    {
        ModelFolder.Write(folder, Shape, specialistCount: 3);
        WriteTokens(Path.Combine(folder, "tokens.search.u16"), SearchTokenCount, seed: 11);
        WriteTokens(Path.Combine(folder, "tokens.validation.u16"), Math.Min(OtherTokenCount, SearchTokenCount), seed: 12);
        WriteTokens(Path.Combine(folder, "tokens.test.u16"), Math.Min(OtherTokenCount, SearchTokenCount), seed: 13);
        File.WriteAllText(
            Path.Combine(folder, "tasks.yaml"),
            $$"""
            tasks:
              - name: tokens
                kind: perplexity
                data: tokens.{split}.u16
                block_length: {{BlockLength}}
                keep_tail: true
            """);
        var job = Path.Combine(folder, "job.yaml");
        File.WriteAllText(
            job,
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                 name: trio
                 seed: 1
                 base: base
                 models: [specialist-1, specialist-2, specialist-3]
                 tasks: tasks.yaml
                 generations: {GenerationCount}
                 population_size: {PopulationSize}
                 early_stopping: false
                 """));
        return job;
    }

    private static void WriteTokens(string path, int count, ulong seed)
    {
        var random = new SearchRandom(seed);
        var bytes = new byte[count * 2];
        for (var index = 0; index < count; index++)
        {
            bytes[2 * index] = (byte)random.Next(256);
        }

        File.WriteAllBytes(path, bytes);
    }
}
