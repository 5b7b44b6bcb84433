using System.Text.Json;

namespace Convergence.EvoMerge.Serialization;

/// <summary>A genome in a file is none; the message is meant for people, unlike the serializer's own.</summary>
internal sealed class GenomeFormatException(string message, Exception? inner = null) : JsonException(message, inner);
