using System.Text.Json.Nodes;
using Convergence.Service.Serving;

namespace Convergence.Service.OpenAi;

/// <summary>How the answers of an endpoint are written. One for each request: it may remember what it has written.</summary>
internal interface IAnswerFormat
{
    /// <summary>What the ids of answers begin with.</summary>
    string IdPrefix { get; }

    /// <summary>The <c>object</c> of a whole answer.</summary>
    string AnswerObject { get; }

    /// <summary>The <c>object</c> of a part of a streamed answer.</summary>
    string ChunkObject { get; }

    /// <summary>A choice of a whole answer.</summary>
    JsonObject Choice(GenerationPiece whole);

    /// <summary>The choice of a chunk that comes before a text's first piece, or <see langword="null"/> where there is none.</summary>
    JsonObject? Opening(int text);

    /// <summary>The choice of a chunk that holds a piece.</summary>
    JsonObject Chunk(GenerationPiece piece);
}
