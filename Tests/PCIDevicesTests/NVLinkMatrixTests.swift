// SPDX-License-Identifier: Apache-2.0

import NUMACore
import PCIDevices
import ProviderKit
import Testing

@Suite("NVLinkMatrix")
struct NVLinkMatrixTests {
    @Test("a GB200 tray: four GPUs joined, underlined heading, NICs beside them")
    func tray() throws {
        let text = """
            \t\u{1b}[4mGPU0\tGPU1\tGPU2\tGPU3\tNIC0\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\u{1b}[0m
            GPU0\t X \tNV18\tNV18\tNV18\tNODE\t0-35\t0\t\tN/A
            GPU1\tNV18\t X \tNV18\tNV18\tNODE\t0-35\t0\t\tN/A
            GPU2\tNV18\tNV18\t X \tNV18\tNODE\t\t1\t\tN/A
            GPU3\tNV18\tNV18\tNV18\t X \tNODE\t\t1\t\tN/A
            NIC0\tNODE\tNODE\tNODE\tNODE\t X \t\t\t\t

            Legend:

              X    = Self
            """
        let matrix = try NVLinkMatrix(text, file: "topo.txt")
        #expect(matrix.count == 4)
        #expect(matrix.groups == [[0, 1, 2, 3]])
    }

    @Test("pairs joined by way of others are one group, and a GPU alone is none")
    func ways() throws {
        let text = """
                 GPU0 GPU1 GPU2 GPU3 GPU4
            GPU0  X   SYS  NV1  SYS  PIX
            GPU1 SYS   X   SYS  NV4  SYS
            GPU2 NV1  SYS   X   SYS  PHB
            GPU3 SYS  NV4  SYS   X   PXB
            GPU4 PIX  SYS  PHB  PXB   X
            """
        #expect(try NVLinkMatrix(text, file: "topo.txt").groups == [[0, 2], [1, 3]])
    }

    @Test(
        "what is not such a table is refused, with its line",
        arguments: [
            ("hello", "topo.txt: no line begins with the column GPU0: not the output of nvidia-smi topo -m"),
            ("", "topo.txt: no line begins with the column GPU0: not the output of nvidia-smi topo -m"),
            (
                "\tGPU0\tGPU1\nGPU0\t X \tNODENODE\nGPU1\tNODE\t X ",
                "topo.txt:2: GPU1 must be X, PIX, PXB, PHB, NODE, SYS or NV with a number, found \"NODENODE\""
            ),
            (
                "GPU0 GPU1\nGPU0 X NV\nGPU1 NV2 X",
                "topo.txt:2: GPU1 must be X, PIX, PXB, PHB, NODE, SYS or NV with a number, found \"NV\""
            ),
            ("GPU0 GPU2\nGPU0 X NV1", "topo.txt:1: the columns must be GPU0, GPU1 and so on, then the NICs"),
            ("GPU0 GPU1\nGPU0 X NV1", "topo.txt:3: the row of GPU1 must stand here"),
            (
                "GPU0 GPU1\nGPU0 X",
                "topo.txt:2: GPU1 must be X, PIX, PXB, PHB, NODE, SYS or NV with a number, found \"\""
            ),
        ])
    func refused(text: String, message: String) {
        let error = #expect(throws: ProviderError.self) { try NVLinkMatrix(text, file: "topo.txt") }
        #expect(error?.reason.text.hasSuffix(message) ?? false, "\(error?.reason.text ?? "")")
    }
}
