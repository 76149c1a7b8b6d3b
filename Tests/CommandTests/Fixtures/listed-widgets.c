/* SPDX-License-Identifier: Apache-2.0
 *
 * The example provider of widgets, which here says too where in the PCI tree they are: w0 and w1 are on node 0 at the
 * switches 1 and 0, w2 and w3 on node 1 at the switches 3 and 2.
 */
#define numa_hints_entry_v1 widgets_entry
#include "../../../Examples/widget-c/widget.c"
#undef numa_hints_entry_v1

static const char *const paths[DEVICES] = {
    "0000:11:01.0/0001:11:00.0/0002:11:08.0/0004:11:00.0", "0000:10:01.0/0001:10:00.0/0002:10:08.0/0004:10:00.0",
    "0000:13:01.0/0001:13:00.0/0002:13:08.0/0004:13:00.0", "0000:12:01.0/0001:12:00.0/0002:12:08.0/0004:12:00.0"};

static nh_status each_device(const nh_provider *self, bool (*visit)(void *, const nh_device *), void *context) {
  for (int i = 0; i < DEVICES; i++) {
    nh_device device = {.struct_size = sizeof device, .id = ids[i], .resource = claims[0], .path = paths[i],
                        .locality = NH_LOCALITY_SET, .flags = NH_DEVICE_HEALTHY, .nodes = {&homes[i], 1}};
    if (!of(self)->slots[i].pod[0]) device.flags |= NH_DEVICE_FREE;
    if (!visit(context, &device)) break;
  }
  return NH_OK;
}
static const nh_devices devices = {.struct_size = sizeof devices, .each = each_device};

static const void *listing_extension(const nh_provider *self, const char *id) {
  return strcmp(id, NH_EXT_DEVICES) == 0 ? &devices : extension(self, id);
}

static nh_status create_listing(const char *id, const nh_host *host, const nh_provider **made) {
  nh_status status = create(id, host, made);
  if (status == NH_OK) of(*made)->base.extension = listing_extension;
  return status;
}

NH_EXPORT const nh_entry *numa_hints_entry_v1(void);
NH_EXPORT const nh_entry *numa_hints_entry_v1(void) {
  static nh_entry listing;
  listing = entry;
  listing.create = create_listing;
  return &listing;
}
