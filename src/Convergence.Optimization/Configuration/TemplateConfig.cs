using System.Collections.Immutable;

namespace Convergence.Optimization.Configuration;

/// <summary>
/// A prompt template: a file in which <c>{variable}</c> stands for fields of the call. It takes the place of the parameter's value that
/// names it, or becomes the call's field of its name.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Absolute.</param>
/// <param name="Variables">What is filled in and must be there; empty: whatever is there.</param>
/// <param name="Text">The file's content.</param>
public sealed record TemplateConfig(string Name, string Path, ImmutableArray<string> Variables, string Text);
