using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Genomes;

namespace Convergence.EvoMerge.Serialization;

/// <summary>
/// Reads and writes genomes. Operators round and clamp the genes they make; genes of a file are what somebody claims, so those outside [0,
/// 1] are refused.
/// </summary>
internal sealed class MergeGenomeConverter : JsonConverter<MergeGenome>
{
    /// <summary>A null is refused here, as the places where genomes stand are generic and say nothing of null.</summary>
    public override bool HandleNull => true;

    /// <exception cref="GenomeFormatException">A part is missing or has another type, or a gene is no number in [0, 1].</exception>
    public override MergeGenome Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var parts = ReadParts(JsonElement.ParseValue(ref reader), options);
        for (var gene = 0; gene < parts.Genes.Length; gene++)
        {
            if (parts.Genes[gene] is not (>= 0 and <= 1))
            {
                throw new GenomeFormatException(
                    string.Create(CultureInfo.InvariantCulture, $"gene {gene} is {parts.Genes[gene]}, outside [0, 1]."));
            }
        }

        return new MergeGenome(parts.Technique, parts.Genes, parts.Layers);
    }

    public override void Write(Utf8JsonWriter writer, MergeGenome value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, new Parts(value.Technique, value.Genes, value.Layers), options);

    private static Parts ReadParts(JsonElement genome, JsonSerializerOptions options)
    {
        try
        {
            return genome.Deserialize<Parts>(options) ?? throw new GenomeFormatException("null is no genome.");
        }
        catch (JsonException exception) when (exception is not GenomeFormatException)
        {
            // The serializer knows the place within the genome; where the genome stands, it adds to an exception without a place.
            throw new GenomeFormatException(
                $"{Shorten(genome.GetRawText())} is no genome: {exception.Path?.TrimStart('$', '.')} cannot be read.", exception);
        }
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 76), " ...");

    private sealed record Parts(MergeTechnique Technique, ImmutableArray<double> Genes, ImmutableArray<LayerChoice> Layers);
}
