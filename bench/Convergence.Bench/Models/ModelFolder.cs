using System.Globalization;
using Convergence.Tensors;
using Convergence.Tensors.Safetensors;

namespace Convergence.Bench.Models;

/// <summary>
/// A folder with a random base in bfloat16 and specialists around it, as Hugging Face directories:
/// <c>base</c>, <c>specialist-1</c> and so on, with the tokenizer of <c>models/base</c>.
/// </summary>
internal static class ModelFolder
{
    // Embedded, since a program that is copied to another machine has no repository beside it.
    private static readonly string[] TokenizerFiles = ["tokenizer.json", "tokenizer_config.json", "generation_config.json"];

    public static void Write(string folder, LlamaShape shape, int specialistCount)
    {
        using var baseWeights = shape.RandomWeights(1, DType.BF16, 0.03);
        WriteModel(Path.Combine(folder, "base"), shape, baseWeights);
        for (var index = 1; index <= specialistCount; index++)
        {
            using var weights = shape.RandomWeights(1 + (ulong)index, DType.BF16, 0.003, baseWeights);
            WriteModel(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"specialist-{index}")), shape, weights);
        }
    }

    private static void WriteModel(string directory, LlamaShape shape, TensorSet weights)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "config.json"), shape.Config("bfloat16").ToJsonString());
        SafetensorsWriter.Write(Path.Combine(directory, "model.safetensors"), weights);
        foreach (var file in TokenizerFiles)
        {
            using var source = typeof(ModelFolder).Assembly.GetManifestResourceStream(file)!;
            using var target = File.Create(Path.Combine(directory, file));
            source.CopyTo(target);
        }
    }
}
